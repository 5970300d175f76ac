"""Seeded exports of an invented property company for 2024 and 2025: what `annual-report sample` writes.

company    the firm: homes, people, lifts, pumps, vendors
faults     what goes wrong and what people ask, in their words
courses    the truth built into each year
requests   what reaches the service desk
tickets, fees, survey    the two years played through
sheets, exports          the files, with the dirt that real exports carry
"""

from __future__ import annotations

from pathlib import Path
from random import Random

from pipelines.sample.company import build_company
from pipelines.sample.courses import SURVEYS
from pipelines.sample.exports import fee_exports, register_exports, survey_exports, ticket_exports
from pipelines.sample.fees import simulate_fees
from pipelines.sample.survey import simulate_survey
from pipelines.sample.tickets import simulate_tickets
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
    ]


def _stream(seed: int, subject: str) -> Random:
    """A generator of its own for each subject, so that a change in one leaves the others as they were."""
    return Random(f"{seed} {subject}")
