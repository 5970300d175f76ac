"""An estate: a workspace made of a few small exports written by the test itself."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import pytest
import xlsxwriter

from pipelines.build import LoadReport, load
from workspace import Workspace, open_workspace

Rows = list[list[Any]]


@dataclass
class Estate:
    """A workspace under test; `write` puts an export into data/raw, `load` loads all of them."""

    root: Path

    @property
    def raw(self) -> Path:
        return self.root / "data" / "raw"

    @property
    def workspace(self) -> Workspace:
        return open_workspace(self.root)

    def write(self, name: str, content: str | bytes, encoding: str = "utf-8") -> Path:
        """Writes an export as it stands: text in `encoding`, or bytes."""
        path = self.raw / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode(encoding))
        return path

    def write_workbook(self, name: str, sheets: Mapping[str, Rows]) -> Path:
        """Writes an XLSX file; None leaves a cell out."""
        path = self.raw / name
        workbook = xlsxwriter.Workbook(str(path), {"default_date_format": "yyyy-mm-dd hh:mm:ss"})
        for title, rows in sheets.items():
            sheet = workbook.add_worksheet(title)
            for number, row in enumerate(rows):
                for column, cell in enumerate(row):
                    if cell is not None:
                        sheet.write(number, column, cell)
        workbook.close()
        return path

    def settings(self, text: str) -> None:
        """Writes settings.toml."""
        (self.root / "settings.toml").write_text(text, encoding="utf-8")

    def load(self) -> LoadReport:
        """Loads all exports."""
        return load(self.workspace)

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        """What a query over the loaded warehouse gives."""
        with duckdb.connect(str(self.workspace.database), read_only=True) as connection:
            return connection.execute(query).fetchall()

    def value(self, query: str) -> Any:
        """The one value that a query gives."""
        ((value,),) = self.rows(query)
        return value

    def account(self) -> dict[str, tuple[int, ...]]:
        """By path: rows read, kept, duplicate, total, not data, quarantined."""
        rows = self.rows(
            "select path || case when sheet <> '' then '/' || sheet else '' end, rows_read, kept, duplicate, total, "
            "not_data, quarantined from warehouse.row_account"
        )
        return {row[0]: row[1:] for row in rows}

    def contents(self) -> str:
        """Every table of the warehouse as text, without the list of files."""
        tables = self.rows(
            "select table_name from information_schema.tables where table_schema = 'warehouse' "
            "and table_name not in ('source_files', 'row_account', 'issues') order by 1"
        )
        with duckdb.connect(str(self.workspace.database), read_only=True) as connection:
            return "\n".join(f"{table}: {connection.table(f'warehouse.{table}').fetchall()}" for (table,) in tables)


@pytest.fixture
def new_estate(tmp_path: Path) -> Iterator[Callable[[str], Estate]]:
    """Makes estates by name, so that a test may compare several."""

    def make(name: str) -> Estate:
        (tmp_path / name / "data" / "raw").mkdir(parents=True)
        return Estate(tmp_path / name)

    yield make


@pytest.fixture
def estate(new_estate: Callable[[str], Estate]) -> Estate:
    """One empty estate."""
    return new_estate("estate")
