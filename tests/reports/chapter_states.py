"""The states of the data in which every chapter's words are tested, and what no sentence may hold in any of them."""

from __future__ import annotations

import re
from datetime import date
from itertools import product

from fake_figures import EVERYTHING, Scenario

OPERATIONS = (
    "inspections",
    "maintenance",
    "incidents",
    "vendor_reviews",
    "activities",
    "notices",
    "trainings",
    "services",
)
ALL_KINDS = (*EVERYTHING, *OPERATIONS)
EMPTY = re.compile(r"（[见：]?）|为[，。；]|共[，。]|None|\bnan\b|Undefined| {2,}|：[。；]|，[。；]|: ?\.|\(\)")


def states() -> list[Scenario]:
    """Good, bad and unchanged years, large and tiny, with and without last year, whole and cut short."""
    grid = product(("up", "down", "flat", "equal"), ("normal", "tiny"), (True, False))
    usual = [
        Scenario(seed, trend, size, has_last_year, kinds=ALL_KINDS, targets=("none", "mixed")[seed % 2])
        for seed, (trend, size, has_last_year) in enumerate(grid)
    ]
    odd = [
        Scenario(31, "mixed", "large", kinds=ALL_KINDS, targets="met"),
        Scenario(32, kinds=ALL_KINDS, is_last_year_zero=True, targets="missed"),
        Scenario(33, kinds=ALL_KINDS, has_blank_slices_only=True),
        Scenario(34, kinds=ALL_KINDS, as_of=date(2025, 6, 30)),
        Scenario(35, kinds=("tickets",)),
        Scenario(36, kinds=("tickets",), size="tiny", has_last_year=False),
        *(Scenario(40 + seed, kinds=(kind,), trend="mixed") for seed, kind in enumerate(OPERATIONS)),
    ]
    return usual + odd
