"""What the machine does to a load: a full disk, a folder that may not be written to, too little memory.

Python and DuckDB report it in English and by number; here it becomes a sentence with place, cause and next step.
"""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import duckdb

from pipelines.errors import DiskFull, EngineStopped, FileUnreadable, FolderNotWritable, MemoryExhausted, StorageFailed
from workspace import AnnualReportError, Sentence, Workspace


@dataclass(frozen=True)
class Cause:
    """Why the system refused to read or write, and what the user can do about it."""

    error: type[AnnualReportError]
    sentence: Sentence
    next_step: Sentence


FREE_SPACE = Sentence("请腾出磁盘空间后重新加载", "Free some space on the disk and load again")
CHECK_PERMISSIONS = Sentence("请检查权限后重试", "Check the permissions and try again")
CHECK_DISK = Sentence("请检查磁盘或网络盘的连接后重试", "Check the disk or its connection and try again")
CLOSE_PROGRAMS = Sentence("请关闭其他程序后重试", "Close other programs and try again")

CAUSES: Mapping[int, Cause] = {
    errno.ENOSPC: Cause(DiskFull, Sentence("磁盘已满", "the disk is full"), FREE_SPACE),
    errno.EDQUOT: Cause(DiskFull, Sentence("磁盘配额已用完", "the disk quota is used up"), FREE_SPACE),
    errno.EFBIG: Cause(
        DiskFull,
        Sentence("文件大小超出系统限制", "a file grew beyond the system's limit"),
        Sentence("请放宽文件大小限制（ulimit -f）后重新加载", "Raise the limit (ulimit -f) and load again"),
    ),
    errno.EROFS: Cause(FolderNotWritable, Sentence("磁盘是只读的", "the disk is read-only"), CHECK_PERMISSIONS),
    errno.EACCES: Cause(FolderNotWritable, Sentence("没有权限", "permission is missing"), CHECK_PERMISSIONS),
    errno.EPERM: Cause(FolderNotWritable, Sentence("没有权限", "permission is missing"), CHECK_PERMISSIONS),
    errno.ENOENT: Cause(StorageFailed, Sentence("文件或文件夹不见了", "a file or folder has disappeared"), CHECK_DISK),
    errno.EIO: Cause(StorageFailed, Sentence("磁盘读写出错", "the disk reports an error"), CHECK_DISK),
    errno.ESTALE: Cause(StorageFailed, Sentence("网络盘的连接中断", "the network disk is gone"), CHECK_DISK),
    errno.EMFILE: Cause(StorageFailed, Sentence("打开的文件过多", "too many files are open"), CLOSE_PROGRAMS),
    errno.ENFILE: Cause(StorageFailed, Sentence("打开的文件过多", "too many files are open"), CLOSE_PROGRAMS),
    errno.ENOMEM: Cause(MemoryExhausted, Sentence("内存不足", "there is not enough memory"), CLOSE_PROGRAMS),
}
# A bug in a statement is left to the last resort of the command line; these say what happened to a good one.
ENGINE_ERRORS = (
    duckdb.OperationalError,
    duckdb.IntegrityError,
    duckdb.InternalError,
    duckdb.DataError,
    duckdb.FatalException,
    duckdb.InvalidInputException,
)


def cause_of(error: BaseException) -> Cause | None:
    """The cause in the machine, or None where the error has another one."""
    if isinstance(error, MemoryError):
        return CAUSES[errno.ENOMEM]
    if isinstance(error, OSError):
        return CAUSES.get(error.errno or 0, _unnamed(error))
    if isinstance(error, duckdb.Error):
        return _cause_told_by_engine(str(error), isinstance(error, duckdb.OutOfMemoryException))
    return None


def is_disk_full(error: OSError) -> bool:
    """Whether the system had no room for what was written."""
    cause = cause_of(error)
    return cause is not None and cause.error is DiskFull


def _unnamed(error: OSError) -> Cause:
    code = errno.errorcode.get(error.errno or 0, type(error).__name__)
    return Cause(StorageFailed, Sentence(f"系统报错 {code}", f"the system reports {code}"), CHECK_DISK)


def _cause_told_by_engine(message: str, is_out_of_memory: bool) -> Cause | None:
    """DuckDB puts the system's words into its own, also where it wraps one error into another."""
    told = next((cause for code, cause in CAUSES.items() if os.strerror(code) in message), None)
    if told is None and is_out_of_memory:
        spill_is_full = "max_temp_directory_size" in message  # it reserves no more there than the disk has free
        return CAUSES[errno.ENOSPC if spill_is_full else errno.ENOMEM]
    return told


@contextmanager
def faults_told(workspace: Workspace) -> Iterator[None]:
    """Turns what the machine refuses during a load into an AnnualReportError; the old database stays as it is."""
    try:
        yield
    except (OSError, MemoryError, *ENGINE_ERRORS) as error:
        raise _told(error, workspace) from None  # an engine's message may quote raw cells


def _told(error: Exception, workspace: Workspace) -> AnnualReportError:
    cause = cause_of(error)
    if cause is None:
        return _engine_stopped(error)
    name = _export_named(error, workspace)
    if name is not None:
        return unreadable_file(name, error)
    if cause.error is MemoryExhausted:
        return _memory_exhausted(cause)
    folder = workspace.database.parent
    return cause.error(
        f"加载时无法写入文件夹 {folder}：{cause.sentence.zh}。原有数据库未改动。{cause.next_step.zh}。",
        f"The load could not write to {folder}: {cause.sentence.en}. The database is unchanged. {cause.next_step.en}.",
    )


def _export_named(error: Exception, workspace: Workspace) -> str | None:
    """The export that the system refused to read, if the error names one."""
    if not isinstance(error, OSError) or not isinstance(error.filename, str | os.PathLike):
        return None
    path = Path(error.filename)
    return path.relative_to(workspace.raw).as_posix() if path.is_relative_to(workspace.raw) else None


def unreadable_file(name: str, error: Exception) -> FileUnreadable:
    """What is said of an export called `name` that the system refused to read."""
    cause = cause_of(error)
    zh, en = (cause.sentence.zh, cause.sentence.en) if cause else ("原因不明", "the system gives no reason")
    return FileUnreadable(
        f"{name} 无法读取：{zh}。原有数据库未改动。请检查文件是否还在、是否有读取权限后重试。",
        f"{name} cannot be read: {en}. The database is unchanged. "
        "Check that the file is there and may be read, then try again.",
    )


def _memory_exhausted(cause: Cause) -> AnnualReportError:
    return cause.error(
        f"内存不足，加载中止；原有数据库未改动。{cause.next_step.zh}，或把大文件按月拆开。",
        f"The load ran out of memory; the database is unchanged. {cause.next_step.en}, or split large files by month.",
    )


def _engine_stopped(error: Exception) -> EngineStopped:
    name = type(error).__name__
    return EngineStopped(
        f"数据库引擎中途停止（{name}），未加载；原有数据库未改动。请重试；若再次出现，请移走最近放入 data/raw 的文件，"
        "并把这句话交给维护人员。",
        f"The database engine stopped ({name}). Nothing was loaded and the database is unchanged. Try again; if it "
        "happens again, take the newest file out of data/raw and show this sentence to the maintainer.",
    )
