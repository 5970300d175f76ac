"""Which groups of persons are too small to be shown, so that no other number gives them away."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

PERSON_SLICES: Final = ("handler", "reporter", "department")
PERSON_TOTALS: Final = ("special_group_households",)
"""Metrics that count persons of whom few must not be told at all, in no period."""
SMALLEST_SHOWN: Final = 5


def smallest_shown(settings: Mapping[str, Any]) -> int:
    """The fewest cases of a person that may be shown: `smallest_group` under [privacy] of the settings, else 5."""
    return int(settings.get("privacy", {}).get("smallest_group", SMALLEST_SHOWN))


def hidden(sizes: Mapping[str, int], smallest: int) -> frozenset[str]:
    """The groups of `sizes` (cases by name) that must not be shown beside their total.

    Every group of fewer than `smallest` cases; and, lest the total less the others shown reveal one of them, the
    next smallest groups until at least two are hidden with `smallest` cases between them (complementary suppression:
    Willenborg and de Waal 2001, Elements of Statistical Disclosure Control, chapter 4). Empty groups hide nothing.
    """
    ordered = sorted((name for name in sizes if sizes[name] > 0), key=lambda name: (sizes[name], name))
    small = [name for name in ordered if sizes[name] < smallest]
    if not small:
        return frozenset()
    chosen = list(small)
    for name in ordered[len(small) :]:
        if len(chosen) >= 2 and sum(sizes[one] for one in chosen) >= smallest:
            break
        chosen.append(name)
    return frozenset(chosen)
