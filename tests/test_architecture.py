"""The rooms and the arrows between them."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
ROOMS = ("annual_report", "workspace", "pipelines", "queries", "reports")
ALLOWED = {
    "annual_report": {"workspace", "pipelines", "queries", "reports"},
    "workspace": set(),
    "pipelines": {"workspace", "pipelines"},
    "queries": {"workspace", "queries"},
    "reports": {"workspace", "queries", "reports"},
}


def modules(room: str) -> list[Path]:
    folder = ROOT / room
    return sorted(folder.rglob("*.py")) if folder.is_dir() else [ROOT / f"{room}.py"]


def imported_rooms(path: Path) -> set[str]:
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
            names.add(node.module.split(".")[0])
    return names & set(ROOMS)


@pytest.mark.parametrize("room", ROOMS)
def test_a_room_imports_only_along_the_arrows(room: str) -> None:
    """pipelines and queries know nothing of each other; reports never reads exports; workspace imports no room."""
    files = modules(room)
    assert files
    for path in files:
        assert imported_rooms(path) <= ALLOWED[room], path


def test_an_import_inside_a_function_counts(tmp_path: Path) -> None:
    """A forbidden arrow cannot hide in a function body."""
    module = tmp_path / "module.py"
    module.write_text("def f():\n    from pipelines import build\n    return build\n", encoding="utf-8")
    assert imported_rooms(module) == {"pipelines"}


def test_no_column_of_an_export_is_named_outside_pipelines() -> None:
    """Chinese export headers belong to the contracts: metric SQL speaks warehouse words only."""
    for path in (ROOT / "queries").rglob("*.sql"):
        body = path.read_text(encoding="utf-8").split("--- */", 1)[1]
        code = "\n".join(line.split("--")[0] for line in body.splitlines())
        assert "工单编号" not in code and "报修时间" not in code, path
