"""What changed between two runs and why: one small world a cause, each counted by hand."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

import pytest

from pipelines.build import load
from queries.difference import Difference, Effect, FigureChange, YearsApart, between_warehouses, between_years
from queries.difference_of_reports import between_reports
from queries.difference_text import as_json, describe
from queries.figures import open_figures
from reports.runs import NotComparable, compare
from workspace import Workspace, create_workspace, open_workspace

HEADER = "ticket_id,opened_at,kind,status,closed_at,community"
DONE, OPEN = "closed,2025-03-02 10:00", "open,"
ROWS = {
    "T1": f"T1,2025-03-01 09:00,repair,{DONE},东园",
    "T2": f"T2,2025-03-01 10:00,repair,{DONE},东园",
    "T3": f"T3,2025-03-01 11:00,repair,{OPEN},东园",
    "T4": f"T4,2025-03-01 12:00,repair,{OPEN},西园",
    "T5": f"T5,2025-12-31 09:00,inquiry,{OPEN},东园",
}
World = Callable[..., Workspace]


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    """A loaded workspace with these tickets, and settings if any; each made once."""
    made: dict[tuple[tuple[str, ...], str], Workspace] = {}

    def loaded(*rows: str, settings: str = "") -> Workspace:
        if (rows, settings) not in made:
            root = create_workspace(tmp_path_factory.mktemp("world"))
            (root / "data" / "raw" / "tickets.csv").write_text("\n".join([HEADER, *rows]) + "\n", encoding="utf-8")
            (root / "settings.toml").write_text(settings, encoding="utf-8")
            load(open_workspace(root))
            made[rows, settings] = open_workspace(root)
        return made[rows, settings]

    return loaded


def difference(before: Workspace, after: Workspace) -> Difference:
    """Between the two in 2025."""
    rules = replace(after, settings={**after.settings, "parameters": before.settings.get("parameters", {})})
    with ExitStack() as stack:
        figures = [stack.enter_context(open_figures(one)) for one in (before, rules, after)]
        return between_warehouses(figures[0], figures[1], figures[2], 2025)


def change(held: Difference, metric: str) -> FigureChange:
    """The change of one metric."""
    (found,) = [one for one in held.changes if one.metric == metric]
    return found


def test_nothing_changed(world: World) -> None:
    """The same files give the same figures."""
    same = difference(world(*ROWS.values()), world(*ROWS.values()))
    assert same.changes == ()
    assert same.unchanged > 50


def test_a_new_row_is_new_data(world: World) -> None:
    """2 of 4 closed, then 3 of 5: the row T6 raises the rate by 3/5 − 2/4 = 0.1."""
    base = [ROWS[name] for name in ("T1", "T2", "T3", "T5")]
    more = difference(world(*base), world(*base, f"T6,2025-03-01 13:00,repair,{DONE},东园"))
    rate = change(more, "closure_rate")
    assert (rate.before, rate.after) == (0.5, 0.6)
    assert rate.effects == (Effect("new_data", pytest.approx(0.1), 1),)
    assert (rate.rows.added, rate.rows.removed, rate.rows.changed) == (("T6",), (), ())


def test_a_corrected_row_is_corrected_data(world: World) -> None:
    """T3 turns out to be closed: 2 of 4 becomes 3 of 4; the number of tickets stays."""
    base = [ROWS[name] for name in ("T1", "T2", "T3", "T5")]
    mended = [ROWS["T1"], ROWS["T2"], f"T3,2025-03-01 11:00,repair,{DONE},东园", ROWS["T5"]]
    held = difference(world(*base), world(*mended))
    rate = change(held, "closure_rate")
    assert rate.effects == (Effect("corrected_data", pytest.approx(0.25), 1),)
    assert rate.rows.changed == ("T3",)
    assert "ticket_volume" not in [one.metric for one in held.changes]


def test_a_row_that_was_taken_back_is_corrected_data(world: World) -> None:
    """T3 is gone: 2 of 4 becomes 2 of 3."""
    base = [ROWS[name] for name in ("T1", "T2", "T3", "T5")]
    held = change(difference(world(*base), world(ROWS["T1"], ROWS["T2"], ROWS["T5"])), "closure_rate")
    assert held.effects == (Effect("corrected_data", pytest.approx(2 / 3 - 1 / 2), 1),)
    assert held.rows.removed == ("T3",)


def test_a_community_that_joined_is_scope(world: World) -> None:
    """西园 brings T4, which is open: 2 of 4 becomes 2 of 5."""
    base = [ROWS[name] for name in ("T1", "T2", "T3", "T5")]
    held = change(difference(world(*base), world(*ROWS.values())), "closure_rate")
    assert held.effects == (Effect("scope", pytest.approx(-0.1), 1),)
    assert held.rows.added == ("T4",)


def test_another_parameter_is_the_definition(world: World) -> None:
    """The same rows under a shorter window: no row is new, the rate is another."""
    rows = [
        f"T1,2025-03-01 09:00,repair,{DONE},东园",
        "T2,2025-03-01 10:00,repair,closed,2025-03-20 10:00,东园",
        ROWS["T5"],
    ]
    shorter = "[parameters]\nclosure_window_days = 10\n"
    held = change(difference(world(*rows), world(*rows, settings=shorter)), "closure_within_30_days")
    assert [(one.cause, one.effect) for one in held.effects] == [("definition", pytest.approx(-0.5))]


def test_several_causes_add_up_to_the_change(world: World) -> None:
    """西园 joins, T3 is corrected, T6 is new: 2/4 → 2/5 → 3/5 → 4/6."""
    base = [ROWS[name] for name in ("T1", "T2", "T3", "T5")]
    after = [
        ROWS["T1"], ROWS["T2"], f"T3,2025-03-01 11:00,repair,{DONE},东园", ROWS["T4"], ROWS["T5"],
        f"T6,2025-03-01 13:00,repair,{DONE},东园",
    ]  # fmt: skip
    held = change(difference(world(*base), world(*after)), "closure_rate")
    steps = {one.cause: one.effect for one in held.effects}
    assert steps == {
        "scope": pytest.approx(2 / 5 - 2 / 4),
        "corrected_data": pytest.approx(3 / 5 - 2 / 5),
        "new_data": pytest.approx(4 / 6 - 3 / 5),
    }
    assert held.before is not None and held.after is not None
    assert sum(steps.values()) == pytest.approx(float(held.after) - float(held.before))


def test_two_years_differ_by_scope_mix_and_performance(world: World) -> None:
    """东园 closed 1 of 2, then 2 of 2; 西园 is managed in 2025 only and closed none of 1: ½ + (0 − 1 × 1) ÷ 3."""
    rows = [
        "A1,2024-03-01 09:00,repair,closed,2024-03-02 09:00,东园",
        "A2,2024-03-02 09:00,repair,open,,东园",
        f"B1,2025-03-01 09:00,repair,{DONE},东园",
        f"B2,2025-03-01 10:00,repair,{DONE},东园",
        "B3,2025-12-31 11:00,repair,open,,西园",
    ]
    with open_figures(world(*rows)) as figures:
        held = change(between_years(figures, 2024, 2025), "closure_rate")
        steps = {one.cause: one.effect for one in held.effects}
        assert steps == {"scope": pytest.approx(-1 / 3), "performance": pytest.approx(1 / 2)}
        with pytest.raises(YearsApart, match="2024 2025"):
            between_years(figures, 2023, 2025)


def report(value: float, n: int, **changes: object) -> dict[str, object]:
    """A report as JSON with one figure."""
    figure = {"metric": "closure_rate", "period": "2025", "slice": {}, "unit": "percent", "value": value, "n": n}
    definition = {"metric": "closure_rate", "title": {"zh": "工单闭环率", "en": "closure rate"}, "sql_sha256": "a"}
    return {
        "report": {"as_of": "2025-12-31"},
        "exports": {"a.csv": "1"},
        "definitions": [definition | {"parameters": {"days": changes.get("days", 30)}}],
        "figures": [figure, *changes.get("more", [])],  # type: ignore[misc]
    } | ({"exports": changes["exports"]} if "exports" in changes else {})


@pytest.mark.parametrize(
    ("later", "cause"),
    [
        (report(0.6, 10, days=20), "definition"),
        (report(0.6, 12, exports={"a.csv": "1", "b.csv": "2"}), "new_data"),
        (report(0.6, 10, exports={"a.csv": "9"}), "corrected_data"),
    ],
)
def test_two_reports_tell_the_cause_that_they_bear_out(later: dict[str, object], cause: str) -> None:
    """Other parameters, more rows from other exports, or the same rows with other contents."""
    held = between_reports(report(0.5, 10), later, "zh")
    assert [(one.title, one.before, one.after, one.effects[0].cause) for one in held.changes] == [
        ("工单闭环率 2025", 0.5, 0.6, cause)
    ]


def test_the_text_names_value_cause_effect_and_rows(world: World) -> None:
    """In both languages; rates change by percentage points."""
    base = [ROWS[name] for name in ("T1", "T2", "T3", "T5")]
    held = difference(world(*base), world(*base, f"T6,2025-03-01 13:00,repair,{DONE},东园"))
    text = describe(held, "zh")
    assert "工单闭环率  closure_rate  50% → 60%\n  新数据  +10 个百分点  1 行\n  新增：T6" in text
    assert "new data  +10 percentage points  1 rows" in describe(held, "en")
    (rate,) = [one for one in as_json(held)["changes"] if one["metric"] == "closure_rate"]
    assert (rate["before"], rate["after"], rate["added"]) == (0.5, 0.6, ["T6"])


def test_what_cannot_be_compared_is_refused_in_words(world: World, tmp_path: Path) -> None:
    """Two sorts, a missing file, a JSON of something else, a missing year."""
    workspace = world(*ROWS.values())
    with pytest.raises(NotComparable, match="不是同一类"):
        compare("2024", "a.json", workspace, None)
    with pytest.raises(NotComparable, match="--year"):
        compare(str(workspace.root), str(workspace.root), workspace, None)
    with pytest.raises(NotComparable, match=r"old\.duckdb"):
        compare(str(tmp_path / "old.duckdb"), str(tmp_path / "new.duckdb"), workspace, 2025)
    other = tmp_path / "other.json"
    other.write_text(json.dumps({"figures": []}), encoding="utf-8")
    with pytest.raises(NotComparable, match="--format json"):
        compare(str(other), str(other), workspace, None)
    (tmp_path / "old.duckdb").write_bytes(b"no database")
    with pytest.raises(NotComparable, match="load"):
        compare(str(tmp_path / "old.duckdb"), str(tmp_path / "old.duckdb"), workspace, 2025)


def test_two_folders_and_a_copy_of_the_database_are_warehouses(world: World, tmp_path: Path) -> None:
    """A copy kept from before is compared with the folder of today."""
    base = world(*[ROWS[name] for name in ("T1", "T2", "T3", "T5")])
    today = world(*ROWS.values())
    kept = tmp_path / "kept.duckdb"
    kept.write_bytes(base.database.read_bytes())
    by_folder = compare(str(base.root), str(today.root), today, 2025)
    by_copy = compare(str(kept), str(today.root), today, 2025)
    assert by_folder.changes == by_copy.changes != ()
