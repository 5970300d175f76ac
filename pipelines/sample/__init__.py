"""Seeded exports of an invented property company for 2024 and 2025: what `annual-report sample` writes.

company    the firm: homes, people, lifts, pumps, vendors
faults     what goes wrong and what people ask, in their words
courses    the truth built into each year
requests   what reaches the service desk
tickets, fees, survey    the two years played through
flow, adjustments        what happened to single tickets and bills on the way
routine, emergencies, vendor_marks, community_life, training, records    the work around them
sheets, exports, operations_exports    the files, with the dirt that real exports carry
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from random import Random

from pipelines.sample.adjustments import simulate_adjustments
from pipelines.sample.community_life import simulate_activities, simulate_notices, simulate_services
from pipelines.sample.company import Company, build_company
from pipelines.sample.courses import SURVEYS
from pipelines.sample.emergencies import simulate_drills, simulate_emergencies
from pipelines.sample.exports import fee_exports, register_exports, survey_exports, ticket_exports
from pipelines.sample.fees import simulate_fees
from pipelines.sample.flow import simulate_flow
from pipelines.sample.operations_exports import (
    adjustment_export,
    community_exports,
    emergency_export,
    flow_export,
    hand_kept_exports,
    routine_exports,
    training_export,
    vendor_export,
)
from pipelines.sample.routine import simulate_inspections, simulate_maintenance
from pipelines.sample.survey import simulate_survey
from pipelines.sample.tickets import Ticket, simulate_tickets
from pipelines.sample.training import simulate_training
from pipelines.sample.vendor_marks import simulate_reviews
from workspace import NEW_SETTINGS, Workspace, WrongUse

SAMPLE_SEED = 20260112
SAMPLE_SETTINGS = Path(__file__).parent.with_name("sample.settings.toml")


class RawNotEmpty(WrongUse):
    """The sample may only be written where there are no exports yet."""


def write_sample_workspace(workspace: Workspace) -> list[Path]:
    """Writes the sample's exports, and its settings where none were written yet; returns the exports' paths.

    Raises RawNotEmpty where data/raw holds anything but hidden files.
    """
    raw = workspace.raw
    if raw.is_dir() and any(not entry.name.startswith(".") for entry in raw.iterdir()):
        place = workspace.relative(raw)
        raise RawNotEmpty(
            f"{place} 中已有文件，示例数据不会写入其中。请先把这些文件移走，或用 annual-report init 另建工作目录。",
            f"{place} is not empty and the sample will not mix with it. "
            "Move those files away, or make another workspace with annual-report init.",
        )
    paths = write_sample(raw)
    settings = workspace.settings_file
    if not settings.is_file() or settings.read_text(encoding="utf-8") == NEW_SETTINGS:
        settings.write_bytes(SAMPLE_SETTINGS.read_bytes())
    return paths


def write_sample(raw: Path, seed: int = SAMPLE_SEED) -> list[Path]:
    """Writes the sample's exports into the folder `raw` and returns their paths; the same seed, the same bytes.

    The folder is made where it is absent; files of the same names in it are overwritten.
    """
    raw.mkdir(parents=True, exist_ok=True)
    company = build_company(_stream(seed, "company"))
    tickets = simulate_tickets(_stream(seed, "tickets"), company)
    bills, payments = simulate_fees(_stream(seed, "fees"), company)
    waves = {year: simulate_survey(_stream(seed, f"survey {year}"), company, year) for year in SURVEYS}
    return [
        *ticket_exports(raw, tickets),
        *fee_exports(raw, bills, payments),
        *survey_exports(raw, waves),
        *register_exports(raw, company),
        *flow_export(raw, simulate_flow(_stream(seed, "flow"), tickets)),
        *adjustment_export(raw, simulate_adjustments(_stream(seed, "adjustments"), bills)),
        *_write_operations(raw, seed, company, tickets),
        *hand_kept_exports(raw),
    ]


def _write_operations(raw: Path, seed: int, company: Company, tickets: Sequence[Ticket]) -> list[Path]:
    inspections = simulate_inspections(_stream(seed, "inspections"))
    maintenance = simulate_maintenance(_stream(seed, "maintenance"), company)
    emergencies = simulate_emergencies(_stream(seed, "emergencies"), company, tickets)
    activities = simulate_activities(_stream(seed, "activities"))
    notices = simulate_notices(_stream(seed, "notices"), company)
    services = simulate_services(_stream(seed, "services"), company)
    return [
        *routine_exports(raw, inspections, maintenance),
        *emergency_export(raw, emergencies, simulate_drills(_stream(seed, "drills"))),
        *vendor_export(raw, simulate_reviews(_stream(seed, "reviews"))),
        *community_exports(raw, activities, notices, services),
        *training_export(raw, simulate_training(_stream(seed, "training"))),
    ]


def _stream(seed: int, subject: str) -> Random:
    """A generator of its own for each subject, so that a change in one leaves the others as they were."""
    return Random(f"{seed} {subject}")
