"""The secret behind the pseudonyms. Without it nobody can tell which pseudonym is whose."""

from __future__ import annotations

import os
import re
import secrets
from pathlib import Path

from pipelines.errors import FileUnreadable


def pseudonym_key(key_file: Path) -> str:
    """The workspace's key, made at the first load; the file is readable by its owner alone (mode 0600).

    Raises FileUnreadable where the file exists but holds no key: a new key would change every pseudonym in silence.
    """
    if not key_file.exists():
        _write_key(key_file, secrets.token_hex(32))
    key = key_file.read_text(encoding="ascii", errors="replace").strip()
    if not re.fullmatch(r"[0-9a-f]{64}", key):
        raise FileUnreadable(
            f"密钥文件 {key_file.name} 已损坏。请从备份恢复；若已无备份，删除它后重新加载（化名会全部改变）。",
            f"The key file {key_file.name} is damaged. Restore it from a backup; without one delete it and load again "
            "(all pseudonyms will change).",
        )
    key_file.chmod(0o600)
    return key


def _write_key(key_file: Path, key: str) -> None:
    descriptor = os.open(key_file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(key + "\n")
