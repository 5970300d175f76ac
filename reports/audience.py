"""For whom a report is: the one place that says what each audience sees, and in which words.

What is hidden is taken out of the figures themselves (queries.restricted), so that no chapter, no row behind a number
and no attachment can bring it back.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from queries.restricted import RestrictedFigures, Restriction
from workspace import AnnualReportError, Language, Workspace

if TYPE_CHECKING:
    from queries.figures import Figures
    from queries.initiatives import InitiativeResult
    from reports.facts import Fact

TAG = re.compile(r"(<[^>]+>)")
FORM = re.compile('data-format="[^"]*"')  # the measure word of a number, by which it is printed and proved
OWN_WORDS = ('<span class="name"', '<span class="definition"')


class UnknownAudience(AnnualReportError):
    """report.audience of the settings names no audience."""


@dataclass(frozen=True)
class Audience:
    """Who reads the report: what is hidden from them, and the words that they know other things by."""

    name: str
    hidden_metrics: frozenset[str] = frozenset()
    hidden_slices: frozenset[str] = frozenset()
    hidden_slices_of_fees: frozenset[str] = frozenset()
    hidden_facts: re.Pattern[str] | None = None
    shows_staff: bool = True  # posts, their loads, and who is responsible for a measure
    shows_arrears_on_the_key_page: bool = True
    words: Mapping[Language, Sequence[tuple[re.Pattern[str], str]]] = field(default_factory=dict)

    def restriction(self, community: str | None = None) -> Restriction:
        """What the audience may see of one community, or of all of them."""
        return Restriction(
            community=community,
            metrics=self.hidden_metrics,
            slices=self.hidden_slices,
            slices_by_folder={"fees": self.hidden_slices_of_fees},
            facts=self.hidden_facts,
        )

    def worded(self, text: str, language: Language) -> str:
        """A text of the report in the words of the audience; names and definitions of the data stay as they are."""
        changes = self.words.get(language, ())
        if not changes:
            return text
        tokens = TAG.split(text)
        for position, token in enumerate(tokens):
            if token.startswith("<data"):
                tokens[position] = FORM.sub(lambda form: _changed(form[0], changes), token)
            elif not token.startswith("<") and (position == 0 or not tokens[position - 1].startswith(OWN_WORDS)):
                tokens[position] = _changed(token, changes)
        return "".join(tokens)


def _changed(text: str, changes: Sequence[tuple[re.Pattern[str], str]]) -> str:
    for pattern, word in changes:
        text = pattern.sub(word, text)
    return text


INTERNAL = Audience("internal")
OWNERS = Audience(
    "owners",
    hidden_metrics=frozenset({"vendor_penalties", "certified_share", "training_pass_rate"}),
    hidden_slices=frozenset({"handler", "reporter", "vendor", "department"}),
    hidden_slices_of_fees=frozenset({"building", "unit_state"}),
    hidden_facts=re.compile("人数|岗位|编制|离职|扣款|staff|headcount|post|penalt", re.IGNORECASE),
    shows_staff=False,
    shows_arrears_on_the_key_page=False,
    words={
        "zh": ((re.compile("(?<!收费)项目(?!标|内容|台账)"), "小区"),),
        "en": (
            (re.compile(r"\bprojects\b"), "communities"),
            (re.compile(r"\bProjects\b"), "Communities"),
            (re.compile(r"\bproject\b"), "community"),
            (re.compile(r"\bProject\b"), "Community"),
        ),
    },
)
AUDIENCES = {audience.name: audience for audience in (INTERNAL, OWNERS)}


def audience_of(workspace: Workspace) -> Audience:
    """The audience that the settings name. Raises UnknownAudience."""
    name = str(workspace.settings["report"].get("audience", INTERNAL.name))
    if name not in AUDIENCES:
        raise UnknownAudience(
            f"设置 report.audience 的值 {name!r} 不可用。可选：{'、'.join(AUDIENCES)}。请改正。",
            f"report.audience is {name!r}. Choose from {', '.join(AUDIENCES)}.",
        )
    return AUDIENCES[name]


def seen_by(figures: Figures, audience: Audience, community: str | None = None) -> Figures:
    """The figures that the audience may see, of one community or of all; the very same where nothing is hidden."""
    if audience == INTERNAL and community is None:
        return figures
    return RestrictedFigures(figures, audience.restriction(community))


def community_of(figures: Figures) -> str | None:
    """The one community that the figures are kept to; None where they are those of all."""
    return figures.restriction.community if isinstance(figures, RestrictedFigures) else None


def facts_seen(figures: Figures, facts: Sequence[Fact]) -> tuple[Fact, ...]:
    """The hand-entered figures that may be told: of a community its own, and none whose name is hidden."""
    if not isinstance(figures, RestrictedFigures):
        return tuple(facts)
    community, hidden = figures.restriction.community, figures.restriction.facts
    return tuple(
        fact
        for fact in facts
        if community in (None, fact.community) and not (hidden is not None and hidden.search(fact.name))
    )


def initiatives_seen(figures: Figures, results: Sequence[InitiativeResult]) -> Sequence[InitiativeResult]:
    """The measures that restricted figures may tell of: taken here, and none whose words hold a hidden name."""
    if not isinstance(figures, RestrictedFigures):
        return results
    hidden = figures.values_of_hidden_slices()
    community = figures.restriction.community
    return [one for one in results if _is_here(one, community) and not _tells(one, hidden)]


def _is_here(result: InitiativeResult, community: str | None) -> bool:
    """Whether a measure was taken in the community: named by its place, and with something there to count."""
    if community is None:
        return True
    place, treated = result.place, result.treated
    named = place.treated if place.slice_name == "community" else place.within.get("community", ())
    is_counted = treated is None or bool(treated.after.n or treated.before.n)
    return is_counted and (not named or community in named)


def _tells(result: InitiativeResult, hidden: frozenset[str]) -> bool:
    taken = result.initiative
    words = " ".join(part for part in (taken.name, taken.scope, taken.note) if part)
    return any(name in words for name in hidden)
