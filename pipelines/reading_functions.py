"""What a DuckDB session needs to read exports: functions (privacy.sql, macros.sql) and the words they look up."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from duckdb import DuckDBPyConnection

from pipelines.contracts import load_common_words
from pipelines.stage import literal

BLANKS = " \t\n\r\u00a0\u200b\u3000\ufeff"


def define_functions(connection: DuckDBPyConnection) -> None:
    """Makes the functions that turn text into values and take personal data out of it."""
    for name in ("privacy.sql", "macros.sql"):
        connection.execute(Path(__file__).with_name(name).read_text(encoding="utf-8"))


def set_words(connection: DuckDBPyConnection, settings: Mapping[str, Any], key: str) -> None:
    """Sets the words and limits of the functions for this session; `key` is the secret behind the pseudonyms."""
    words = load_common_words()
    survey = settings["survey"]
    values = {
        "pseudonym_key": key,
        "blanks": BLANKS,
        "null_words": list(words.null),
        "null_spellings": list(words.null_spellings),
        "yes_words": list(words.yes),
        "no_words": list(words.no),
        "day_after_loading": dt.datetime.combine(dt.date.today() + dt.timedelta(days=1), dt.time()),
        "near_duplicate_minutes": int(settings["load"]["near_duplicate_minutes"]),
        "overall_dimensions": [str(word).lower() for word in survey["overall_dimensions"]],
        "satisfied_share_of_scale": float(survey["satisfied_share_of_scale"]),
    }
    for name, value in values.items():
        connection.execute(f"set variable {name} = ?", [value])
    scores = ", ".join(f"{literal(word)}: {score}" for word, score in words.score.items())
    connection.execute(f"set variable score_words = map {{{scores}}}")
    declared = ", ".join(f"{literal(wave)}: {float(score)}" for wave, score in survey["satisfied_from"].items())
    connection.execute(f"set variable satisfied_from = cast(map {{{declared}}} as map(varchar, double))")
