"""The reasons that the load gives, in the two languages: codes of problems and outcomes of rows."""

from __future__ import annotations

from workspace import Sentence

REASONS = {
    "unreadable_date": Sentence("不是可识别的日期", "no date that can be read"),
    "placeholder_date": Sentence("是系统占位日期", "a placeholder, not a date"),
    "day_or_month_first": Sentence(
        '看不出日在前还是月在前，请在 settings.toml 的 [mapping] 写 date_order = "day_first" 或 "month_first"',
        'a date that may be day or month first; write date_order = "day_first" or "month_first" in settings.toml',
    ),
    "not_a_number": Sentence("不是数字", "not a number"),
    "not_a_whole_number": Sentence("不是整数", "not a whole number"),
    "neither_yes_nor_no": Sentence("既不是“是”也不是“否”", "neither yes nor no"),
    "unknown_word": Sentence("词典中没有这个词", "a word that no dictionary knows"),
    "not_a_score": Sentence("不是评分", "not a score"),
    "damaged_by_spreadsheet": Sentence(
        "编号已被电子表格改坏（科学计数，或第 15 位之后变成 0）",
        "an id that a spreadsheet has cut (to a power of ten, or to zeros after its fifteenth digit)",
    ),
    "no_phone_number": Sentence("不是电话号码", "no phone number"),
    "room_turned_into_date": Sentence("房号已被电子表格改成日期", "a room number that a spreadsheet has made a date"),
    "more_cells_than_header": Sentence(
        "这一行的单元格比表头多，可能错位，请核对", "more cells than the header: they may have shifted, look at the row"
    ),
    "empty": Sentence("为空", "empty"),
    "figure_without_source": Sentence(
        "为空；手工填报的数字须同时写明来源、填报人和填报日期，否则无从核对，不予采用",
        "empty; a figure typed by hand is taken only with its source, the person who gave it and the day, since nobody "
        "could check it otherwise",
    ),
}
OUTCOMES = {
    "kept": Sentence("纳入", "kept"),
    "duplicate": Sentence("重复", "duplicate"),
    "total": Sentence("合计行", "total"),
    "not_data": Sentence("非数据", "not data"),
    "quarantined": Sentence("隔离", "quarantined"),
}
