"""A file that another program alters while it is read gives neither its old nor its new content."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from pipelines.errors import FileChanged


class Signature(NamedTuple):
    """What differs after a file was written to or replaced, without reading it again."""

    inode: int
    size_bytes: int
    modified_at_ns: int


@contextmanager
def unchanged_files(paths: Sequence[Path], raw: Path) -> Iterator[None]:
    """Watches the exports under `raw` over everything that is read and concluded from them.

    Raises FileChanged, also in place of whatever error a half-copied file has caused meanwhile.
    """
    before = [_signature(path) for path in paths]
    try:
        yield
    except Exception:
        _refuse_changed(paths, before, raw)
        raise
    _refuse_changed(paths, before, raw)


def _signature(path: Path) -> Signature | None:
    try:
        status = path.stat()
    except FileNotFoundError:
        return None
    return Signature(status.st_ino, status.st_size, status.st_mtime_ns)


def _refuse_changed(paths: Sequence[Path], before: Sequence[Signature | None], raw: Path) -> None:
    for path, signature in zip(paths, before, strict=True):
        now = _signature(path)
        if now is None or now != signature:
            raise _changed(path.relative_to(raw).as_posix(), is_gone=now is None) from None


def _changed(name: str, is_gone: bool) -> FileChanged:
    zh, en = ("被移走", "was taken away") if is_gone else ("被改动", "was altered")
    return FileChanged(
        f"{name} 在读取过程中{zh}，未加载；原有数据库未改动。请等文件复制或导出完毕后重新加载。",
        f"{name} {en} while it was read; nothing was loaded and the database is unchanged. "
        "Load again when the file is complete.",
    )
