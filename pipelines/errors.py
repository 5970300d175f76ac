"""What stops a load. Every sentence says place, value and next step."""

from __future__ import annotations

from workspace import AnnualReportError


class NoExports(AnnualReportError):
    """data/raw is absent or holds no file."""


class NothingLoaded(AnnualReportError):
    """There is no warehouse yet."""


class UnknownFile(AnnualReportError):
    """A file is no table, or a table in which no kind of export is recognised."""


class FileUnreadable(AnnualReportError):
    """A file claims a format that its bytes do not keep."""


class RequiredColumnMissing(AnnualReportError):
    """A kind is recognised, but a column that it cannot do without is not there."""


class UnknownWords(AnnualReportError):
    """A column of kinds or states holds words that no dictionary knows."""


class MappingInvalid(AnnualReportError):
    """A [mapping] of settings.toml names a field, header or kind that does not exist."""


class SettingInvalid(AnnualReportError):
    """A value of the settings has a type that the load cannot use."""


class ServiceLevelInvalid(AnnualReportError):
    """A [[service_level]] of the settings cannot be understood or is not supported."""


class RowsUnaccounted(AnnualReportError):
    """The outcomes of a sheet's rows do not add up to the rows in it."""


class CheckFailed(AnnualReportError):
    """A check of severity fail found rows; the warehouse was not replaced."""


class LoadInProgress(AnnualReportError):
    """Another load of the same workspace is running."""


class FolderNotWritable(AnnualReportError):
    """The workspace's data folder does not accept new files."""


class DiskFull(AnnualReportError):
    """The disk, a quota or a limit of the system leaves no room for the new database."""


class StorageFailed(AnnualReportError):
    """The disk under the workspace's data folder fails in another way."""


class MemoryExhausted(AnnualReportError):
    """The machine has not enough memory for the load."""


class EngineStopped(AnnualReportError):
    """The database engine gave up on a statement that is sound."""


class FileChanged(AnnualReportError):
    """A file was altered or taken away while it was read."""
