"""The secret behind the pseudonyms. Without it nobody can tell which pseudonym is whose."""

from __future__ import annotations

import os
import re
import secrets
from pathlib import Path

from pipelines.errors import FileUnreadable

OWNER_ONLY = 0o600


def pseudonym_key(key_file: Path) -> str:
    """The workspace's key, made at the first load; the file is readable by its owner alone (mode 0600).

    Raises FileUnreadable where the file exists but holds no key or belongs to another user: a new key would change
    every pseudonym in silence.
    """
    if not key_file.exists():
        _write_key(key_file, secrets.token_hex(16))
    key = _read_key(key_file)
    if not re.fullmatch(r"[0-9a-f]{32,64}", key):
        raise FileUnreadable(
            f"密钥文件 {key_file.name} 已损坏。请从备份恢复；若已无备份，删除它后重新加载（化名会全部改变）。",
            f"The key file {key_file.name} is damaged. Restore it from a backup; without one delete it and load again "
            "(all pseudonyms will change).",
        )
    return key


def _read_key(key_file: Path) -> str:
    try:
        if key_file.stat().st_mode & 0o077:
            key_file.chmod(OWNER_ONLY)
        return key_file.read_text(encoding="ascii", errors="replace").strip()
    except PermissionError as error:
        raise FileUnreadable(
            f"密钥文件 {key_file.name} 属于另一个用户，无法读取。请由该用户加载，或把文件的所有者改为自己后重试。",
            f"The key file {key_file.name} belongs to another user. Let that user load, or make the file yours.",
        ) from error


def _write_key(key_file: Path, key: str) -> None:
    """Writes the key whole under another name first, so that a crash leaves no half of it."""
    unfinished = key_file.with_name(f".{key_file.name}")
    unfinished.unlink(missing_ok=True)
    try:
        descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, OWNER_ONLY)
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(key + "\n")
            file.flush()
            os.fsync(descriptor)
        unfinished.rename(key_file)
    finally:
        unfinished.unlink(missing_ok=True)
