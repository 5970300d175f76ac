"""Where things are and what the user set.

A workspace is a folder with `data/raw` and, if the user wishes, a `settings.toml`. Every room of the
product imports this module; it imports none of them.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Literal

Language = Literal["zh", "en"]

PACKAGED_DEFAULTS = Path(__file__).with_name("settings.default.toml")
PERSONAL_DATA_KEY = "pseudonym.key"

NEW_SETTINGS = """\
# 本工作目录的设置；没有写的项目按程序自带的默认值。

[report]
language = "zh"            # zh | en
organisation = ""          # 单位名称，印在封面
presenter = ""             # 汇报人
date = ""                  # 汇报日期，例如 "2026 年 1 月 12 日"
accent = "#1f5f6b"         # 强调色
logo = ""                  # 封面标志，工作目录内的 PNG、JPEG 或 SVG，例如 "logo.png"

# 目标：每个指标、年度一条，可以加筛选条件和粒度。
# [[target]]
# metric = "closure_rate"
# year = 2025
# value = 0.95
# where = { priority = "urgent" }

# 表头不认识时，写明文件名和字段对应：
# [mapping."*_reports.csv"]
# kind = "tickets"
# ticket_id = "case_enquiry_id"
"""


@dataclass(frozen=True)
class Sentence:
    """One message in the two languages of the product."""

    zh: str
    en: str

    def text(self, language: Language) -> str:
        """The sentence in `language`."""
        return self.en if language == "en" else self.zh


class AnnualReportError(Exception):
    """What the user can mend: the sentence says place, value and next step. Exit code 1."""

    exit_code = 1

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(zh)
        self.sentence = Sentence(zh, en)


class WrongUse(AnnualReportError):
    """A command was called in a way that it does not offer. Exit code 2."""

    exit_code = 2


class SettingsUnreadable(AnnualReportError):
    """settings.toml is not valid TOML, or holds a value of the wrong kind."""


@dataclass(frozen=True)
class Workspace:
    """A folder of exports and the settings that apply to it.

    `settings` is the packaged settings.default.toml with the workspace's own settings.toml laid over it,
    table by table; lists of the workspace replace the packaged ones.
    """

    root: Path
    settings: Mapping[str, Any]

    @property
    def raw(self) -> Path:
        """The folder of exports as received."""
        return self.root / "data" / "raw"

    @property
    def database(self) -> Path:
        """The DuckDB file that holds the schema `warehouse`."""
        return self.root / "data" / "property.duckdb"

    @property
    def key_file(self) -> Path:
        """The secret behind the pseudonyms; only its owner may read it."""
        return self.root / "data" / PERSONAL_DATA_KEY

    @property
    def settings_file(self) -> Path:
        """The user's own settings, which need not exist."""
        return self.root / "settings.toml"

    @property
    def own_settings_text(self) -> str:
        """The user's settings.toml as it stands, or an empty text."""
        return self.settings_file.read_text(encoding="utf-8-sig") if self.settings_file.is_file() else ""

    def output(self, year: int) -> Path:
        """The folder of one year's finished documents."""
        return self.root / "reports" / "output" / str(year)

    @cached_property
    def language(self) -> Language:
        """The language of reports and messages."""
        return "en" if str(self.settings["report"]["language"]).startswith("en") else "zh"

    def in_language(self, language: Language) -> Workspace:
        """The same workspace, with reports and messages in `language`."""
        report = dict(self.settings["report"]) | {"language": language}
        return Workspace(self.root, dict(self.settings) | {"report": report})

    def relative(self, path: Path) -> str:
        """`path` as the user would write it from the workspace's folder."""
        return path.relative_to(self.root).as_posix() if path.is_relative_to(self.root) else str(path)


def open_workspace(root: Path) -> Workspace:
    """The workspace in `root`. Raises WrongUse where the folder is absent, SettingsUnreadable on bad TOML."""
    root = root.resolve()
    if not root.is_dir():
        raise WrongUse(
            f"找不到工作目录 {root}。请检查 -C 后的路径，或先运行 annual-report init {root}。",
            f"There is no folder {root}. Check the path after -C, or run annual-report init {root} first.",
        )
    own = root / "settings.toml"
    settings = _read_toml(PACKAGED_DEFAULTS)
    if own.is_file():
        settings = _laid_over(settings, _read_toml(own))
    _check_language(settings["report"]["language"], own)
    _check_targets(settings.get("target", []), own)
    return Workspace(root, settings)


def create_workspace(root: Path) -> Path:
    """Make `root` with data/raw and a settings.toml to fill in; a settings.toml that exists is left as it is."""
    (root / "data" / "raw").mkdir(parents=True, exist_ok=True)
    settings = root / "settings.toml"
    if not settings.exists():
        settings.write_text(NEW_SETTINGS, encoding="utf-8")
    ignored = root / "data" / ".gitignore"
    if not ignored.exists():
        ignored.write_text("*\n!raw/\n!.gitignore\n", encoding="utf-8")
    return root.resolve()


def _read_toml(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingsUnreadable(
            f"设置文件 {path.name} 无法读取：{error}。请按 TOML 格式改正这一处后重试。",
            f"{path.name} cannot be read: {error}. Correct that place (TOML format) and try again.",
        ) from error


def _laid_over(base: Mapping[str, Any], own: Mapping[str, Any], within: str = "") -> dict[str, Any]:
    merged = dict(base)
    for key, value in own.items():
        below = merged.get(key)
        if isinstance(below, dict) and not isinstance(value, dict):
            place = within + key
            raise SettingsUnreadable(
                f"settings.toml 中的 {place} 应是一节，而不是 {value!r}。请写成 [{place}]，各项写在它下面。",
                f"{place} in settings.toml is a section, not {value!r}. Write [{place}] and its keys below it.",
            )
        merged[key] = _laid_over(below, value, f"{within}{key}.") if isinstance(below, dict) else value
    return merged


def _check_language(language: object, path: Path) -> None:
    if language not in ("zh", "zh-CN", "en"):
        raise SettingsUnreadable(
            f"设置文件 {path.name} 中 report.language 的值 {language!r} 不可用。请写 zh 或 en。",
            f"report.language in {path.name} is {language!r}. Write zh or en.",
        )


def _check_targets(targets: list[Mapping[str, Any]], path: Path) -> None:
    for position, target in enumerate(targets, start=1):
        missing = [key for key in ("metric", "year", "value") if key not in target]
        if missing:
            raise SettingsUnreadable(
                f"设置文件 {path.name} 的第 {position} 个 [[target]] 缺少 {'、'.join(missing)}。请补上后重试。",
                f"[[target]] number {position} in {path.name} lacks {', '.join(missing)}. Add it and try again.",
            )
