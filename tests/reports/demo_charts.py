"""Every chart kind on normal, sparse, long-label and huge data. All numbers are invented."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd
from plotly.graph_objects import Figure as PlotlyFigure

from reports import charts
from reports.charts import ChartStyle
from reports.charts.effects import Start

STYLE = ChartStyle("#1f5f6b", "zh")
LONG = "湖畔云栖国际花园二期东区地下车库入口坡道及周边排水沟与集水井（含潜水泵和控制柜）"
HOSTILE = "<script>alert(1)</script><b>粗</b>&amp;"
MONTHS = range(1, 13)

Variant = Callable[[], PlotlyFigure]


def frame(columns: str, *rows: tuple[object, ...]) -> pd.DataFrame:
    """A small table from a line of column names and rows."""
    return pd.DataFrame(list(rows), columns=columns.split())


def bullets(names: list[str], scale: float = 1.0) -> PlotlyFigure:
    values = [1.012, 1.001, 0.957, 0.996, 1.08, None, 1.04, 0.98]
    verdicts = ["met", "met", "missed", "missed", "met", "insufficient", "met", "missed"]
    rows = [
        (name, None if value is None else value * scale, 1.0, f"{97.5 + index / 10:.1f}% / 目标 98%", verdict)
        for index, (name, value, verdict) in enumerate(zip(names, values, verdicts, strict=False))
    ]
    return charts.bullet_bars(frame("label value target text verdict", *rows), STYLE)


TARGETS = [
    "水电燃气突发 2 小时修复",
    "紧急维修 30 分钟响应",
    "当年收缴率",
    "平均处理周期",
    "第三方考核达标率",
    "电梯平均故障间隔",
    "常规咨询 2 小时响应",
    "门窗锁具一次修复率",
]


def arrears(scale: float = 1.0) -> PlotlyFigure:
    rows = [
        ("年初欠费", 236.5, "absolute"),
        ("本年应收", 1286.4, "relative"),
        ("减免", -13.1, "relative"),
        ("收回当年费用", -1208.8, "relative"),
        ("清回往年欠费", -88.6, "relative"),
        ("年末欠费", 212.4, "total"),
    ]
    scaled = [(name, amount * scale, kind, f"{amount * scale:,.1f}".replace("-", "−")) for name, amount, kind in rows]
    return charts.waterfall(frame("label amount measure text", *scaled), STYLE, "万元")


def ageing(parts: list[str], values: dict[str, list[float]]) -> PlotlyFigure:
    rows = [
        (year, part, value, f"{value:,.1f}")
        for year, own in values.items()
        for part, value in zip(parts, own, strict=True)
    ]
    return charts.stacked_bars(frame("bar part value text", *rows), STYLE)


AGES = ["90 天以内", "91—180 天", "181—365 天", "1—2 年", "2—3 年", "3 年以上"]


def heat(scale: int = 1) -> PlotlyFigure:
    rows = [
        (day, str(hour), scale * max(0, 60 - abs(hour - 20) * 5 - abs(hour - 9) * 2 + index * 3))
        for index, day in enumerate(["周一", "周二", "周三", "周四", "周五", "周六", "周日"])
        for hour in range(24)
    ]
    return charts.heat_map(frame("row column value", *rows), STYLE)


def curve(mark_texts: tuple[str, ...] = ("2025 年 78.4%", "2024 年 70.1%"), pace: float = 1.0) -> PlotlyFigure:
    rows = [
        (series, hour * pace / 2, 1 - 0.5 ** (hour / half))
        for series, half in (("2025 年", 21.7), ("2024 年", 27.5))
        for hour in range(1, 400)
    ]
    return charts.completion_curve(frame("series hours share", *rows), STYLE, 24, mark_texts)


def fault_types(names: list[str]) -> PlotlyFigure:
    pairs = [(13.8, 9.6), (14.2, 10.1), (40.5, 31.0), (8.2, 8.1), (9.0, 9.4), (26.0, 14.5), (14.0, 14.6), (61.0, 44.0)]
    rows = [
        (name, before, after, f"{before} 小时", f"{after} 小时")
        for name, (before, after) in zip(names, pairs, strict=False)
    ]
    return charts.slope(frame("label before after text_before text_after", *rows), STYLE, ("2024 年", "2025 年"))


FAULTS = ["门窗锁具", "给排水", "外墙渗漏", "照明", "对讲门禁", "电梯", "空调暖通", "屋面防水"]


def complaint_months(panels: list[str], scale: int = 1) -> PlotlyFigure:
    rows = [
        (panel, month, scale * (10 - index + (month * 7 + index) % 5), scale * (13 - index + (month * 5 + index) % 6))
        for index, panel in enumerate(panels)
        for month in MONTHS
    ]
    return charts.monthly_small_multiples(frame("panel month value previous", *rows), STYLE)


CLASSES = ["设施设备类 148 起", "环境卫生类 121 起", "邻里纠纷类 97 起", "服务态度类 46 起"]


def limits(names: list[str]) -> PlotlyFigure:
    rows = [
        (name, actual, target, f"{actual:.1%}（{cases} 起）")
        for name, actual, target, cases in zip(
            names, [0.942, 0.893, 0.959, 0.814, 1.0], [0.95, 0.9, 0.95, 0.9, 1.0], [121, 121, 97, 97, 46], strict=False
        )
    ]
    return charts.dumbbell(frame("label actual target text", *rows), STYLE)


LIMITS = [
    "环境卫生类 30 分钟到场",
    "环境卫生类 4 小时整改",
    "邻里纠纷类 24 小时协调",
    "邻里纠纷类回访满三次",
    "服务态度类当日约谈",
]


def closure_months(cases: int = 26) -> PlotlyFigure:
    values = [0.962, 1, 1, 1, 0.99, 1, 0.914, 0.942, 1, 1, 0.98, 0.93]
    rows = [
        (month, value, cases + month, month >= 11, "差 3 件" if month == 7 else None)
        for month, value in zip(MONTHS, values, strict=True)
    ]
    return charts.monthly_dots(frame("month value n is_hatched text", *rows), STYLE, 0.98)


def volume_months(scale: int = 1) -> PlotlyFigure:
    rows = [
        (month, scale * (330 + (month * 37) % 170), scale * (310 + (month * 53) % 190), month == 12) for month in MONTHS
    ]
    return charts.monthly_bars(frame("month value previous is_hatched", *rows), STYLE)


def places(names: list[str], scale: int = 1) -> PlotlyFigure:
    rows = [(name, scale * max(1, 14 - index)) for index, name in enumerate(names)]
    return charts.pareto(frame("label count", *rows), STYLE)


PLACES = [f"云栖苑 {number}号楼 ****" for number in range(1, 9)] + ["3号楼 2 号电梯", "地下车库入口"]


def lift_faults(names: list[str], events: int = 7) -> PlotlyFigure:
    rows: list[tuple[object, ...]] = [
        (name, pd.Timestamp(2025, 1 + (index * 5 + event * 3) % 12, 1 + (event * 11 + index) % 28, 8), None)
        for index, name in enumerate(names)
        for event in range(max(events - index, 1))
    ]
    rows.append((names[0], pd.Timestamp(2025, 6, 18), "换曳引轮"))
    return charts.event_strip(frame("label at mark", *rows), STYLE)


LIFTS = ["3号楼 1 号电梯", "3号楼 2 号电梯", "7号楼 1 号电梯", "7号楼 2 号电梯", "5号楼 1 号电梯"]


def dimensions(names: list[str]) -> PlotlyFigure:
    rows = [
        (name, period, value, value - 0.025, value + 0.023, f"{value:.1%}")
        for index, name in enumerate(names)
        for period, value in (("2024 年", 0.81 + index * 0.013), ("2025 年", 0.77 + index * 0.028))
    ]
    return charts.dot_interval(frame("label period value low high text", *rows), STYLE)


DIMENSIONS = ["绿化", "保洁", "维修", "秩序", "客服"]


def importance(names: list[str]) -> PlotlyFigure:
    rows = [(name, 0.3 + (index * 37 % 50) / 100, 0.74 + (index * 29 % 23) / 100) for index, name in enumerate(names)]
    return charts.quadrant(frame("label importance performance", *rows), STYLE)


def load_by_post(names: list[str], scale: float = 1.0) -> PlotlyFigure:
    rows = [
        (name, scale * (420 - index * 55), scale * (390 - index * 40), f"{scale * (420 - index * 55):,.0f} 件")
        for index, name in enumerate(names)
    ]
    return charts.horizontal_bars(frame("label value previous text", *rows), STYLE)


CHANNELS = ["电话", "业主 App", "微信公众号", "前台", "12345 热线"]


def sites(names: list[str]) -> PlotlyFigure:
    rows = []
    for index, name in enumerate(names):
        cases = 40 + index * 37
        width = 1.96 * (0.1 / cases) ** 0.5
        rows.append((name, cases, 0.88 + ((index * 7) % 9 - 4) / 90, 0.88 - width, min(0.88 + width, 1.0)))
    return charts.funnel_plot(frame("label n value low high", *rows), STYLE)


def inspections(names: list[str], scale: int = 1) -> PlotlyFigure:
    rows = [
        (name, panel, whole * scale, part * scale, f"{part * scale:,} / {whole * scale:,}")
        for index, name in enumerate(names)
        for panel, whole, part in (("巡检（次）", 157 + index, 150), ("问题（处）", 9 + index, 9))
    ]
    return charts.progress_panels(frame("label panel whole part text", *rows), STYLE)


def failures(names: list[str], scale: int = 1) -> PlotlyFigure:
    rows = [
        (name, (30 + index) * scale, (40 - index) * scale, f"{(40 - index) * scale:,} 次")
        for index, name in enumerate(names)
    ]
    return charts.two_year_dots(frame("label before after text", *rows), STYLE)


def emergencies(lanes: list[str], each: int = 3) -> PlotlyFigure:
    rows = [
        (lane, pd.Timestamp(2025, 1 + (index * 3 + number) % 12, 1 + number % 27), mark, mark)
        for index, lane in enumerate(lanes)
        for number in range(each)
        for mark in [("dot", "missed", "tick")[(index + number) % 3]]
    ]
    return charts.year_timeline(frame("lane at mark kind", *rows), STYLE)


def steps(names: list[str], first: int = 2979) -> PlotlyFigure:
    rows = [(name, first // (index + 1), f"{first // (index + 1):,} 件") for index, name in enumerate(names)]
    return charts.funnel_steps(frame("label value text", *rows), STYLE)


def ratings(names: list[str], scale: int = 1) -> PlotlyFigure:
    rows = [
        (name, (1200 >> index) * scale, 158 * scale if index == 0 else None, f"{(1200 >> index) * scale:,} 件")
        for index, name in enumerate(names)
    ]
    return charts.rating_bars(frame("label value hatched text", *rows), STYLE, ("业主评价", "系统默认"))


def notices(names: list[str]) -> PlotlyFigure:
    rows = [
        (name, series, value, "不可知" if value is None else f"{value * 100:.1f}%")
        for index, name in enumerate(names)
        for series, value in (("送达", 1 - index / 200), ("已读", None if index == 2 else 0.69 - index / 100))
    ]
    return charts.share_dots(frame("label series value text", *rows), STYLE)


def lifts_renewed(panels: list[str], scale: int = 1) -> PlotlyFigure:
    rows = [
        (panel, month, (3 + month % 3 - (month > 6)) * scale, (4 + month % 4) * scale)
        for panel in panels
        for month in MONTHS
    ]
    return charts.before_and_after(frame("panel month value previous", *rows), STYLE, Start(7.0, "措施开始"))


def net_effects(names: list[str], scale: float = 1.0) -> PlotlyFigure:
    rows = [(name, -0.78 * scale, -0.93 * scale, -0.32 * scale, "−77.8%", scale == 1) for name in names]
    return charts.effect_interval(frame("label value low high text as_share", *rows), STYLE, no_effect="没有差别")


def contributions(names: list[str], scale: int = 1) -> PlotlyFigure:
    rows = [(name, (1 - index) * 0.8 * scale, 0.1 * index, "") for index, name in enumerate(names)]
    return charts.contribution_bars(frame("label rate mix text", *rows), STYLE, ("自身水平变化", "构成变化"))


SYSTEMS = ["给排水", "公共区域", "供配电", "消防", "电梯"]
STARS = ["5 星", "4 星", "3 星", "2 星", "1 星"]


COMMUNITIES = ["云栖苑", "湖畔里", "中央商街", "翠屏山庄", "东方广场", "金桂园", "滨江一号", "书香门第"]
MANY = [f"{LONG}{number}" for number in range(1, 31)]

GALLERY: dict[str, dict[str, Variant]] = {
    "bullet_bars": {
        "normal": lambda: bullets(TARGETS),
        "sparse": lambda: bullets(TARGETS[:1]),
        "long": lambda: bullets([LONG, HOSTILE, LONG]),
        "huge": lambda: bullets(TARGETS, 1e6),
    },
    "waterfall": {
        "normal": arrears,
        "sparse": lambda: charts.waterfall(frame("label amount measure text", ("年末", 0, "total", "0")), STYLE),
        "long": lambda: charts.waterfall(
            frame(
                "label amount measure text",
                (LONG, 5, "absolute", "5"),
                (HOSTILE, -9, "relative", "−9"),
                (LONG, None, "total", "−4"),
            ),
            STYLE,
            "亿元",
        ),
        "huge": lambda: arrears(1e7),
    },
    "stacked_bars": {
        "normal": lambda: ageing(
            AGES, {"2024 年末": [61.2, 30.1, 44.0, 40.8, 12.3, 48.1], "2025 年末": [52.3, 25.6, 38.8, 33.1, 10.9, 51.7]}
        ),
        "sparse": lambda: ageing(AGES[:1], {"2025": [3]}),
        "long": lambda: ageing([LONG, HOSTILE, *AGES], {"2024": [1, 2, 1, 1, 60, 1, 1, 1], LONG: [1] * 8}),
        "huge": lambda: ageing(AGES, {"2024": [1e9, 1, 1, 1, 1, 2e9], "2025": [3e9, 0, 0, 5, 0, 0]}),
    },
    "heat_map": {
        "normal": heat,
        "sparse": lambda: charts.heat_map(frame("row column value", ("周一", "9", 1), ("周二", "10", None)), STYLE),
        "long": lambda: charts.heat_map(frame("row column value", (LONG, LONG, 5), (HOSTILE, HOSTILE, 0)), STYLE),
        "huge": lambda: heat(100_000),
    },
    "completion_curve": {
        "normal": curve,
        "sparse": lambda: charts.completion_curve(frame("series hours share", ("2025 年", 3, 1)), STYLE, 24, ["100%"]),
        "long": lambda: curve((LONG, HOSTILE)),
        "huge": lambda: curve(pace=5000),
    },
    "slope": {
        "normal": lambda: fault_types(FAULTS),
        "sparse": lambda: charts.slope(
            frame("label before after text_before text_after", ("照明", None, 8, None, "8 小时")),
            STYLE,
            ("上年", "本年"),
        ),
        "long": lambda: fault_types([LONG, HOSTILE, LONG, LONG]),
        "huge": lambda: charts.slope(
            frame(
                "label before after text_before text_after",
                *(
                    (name, 1 + index % 2, 2e6 if index == 0 else 1.5, "1.0", "1.5")
                    for index, name in enumerate(MANY[:14])
                ),
            ),
            STYLE,
            ("2024", "2025"),
        ),
    },
    "monthly_small_multiples": {
        "normal": lambda: complaint_months(CLASSES),
        "sparse": lambda: charts.monthly_small_multiples(
            frame("panel month value previous", ("投诉", 3, 2, None), ("投诉", 9, None, 0)), STYLE
        ),
        "long": lambda: complaint_months([LONG, HOSTILE]),
        "huge": lambda: complaint_months(CLASSES + CLASSES[:3] * 0 + FAULTS[:3], 10_000_000),
    },
    "dumbbell": {
        "normal": lambda: limits(LIMITS),
        "sparse": lambda: charts.dumbbell(frame("label actual target text", ("到场", None, 0.95, "不可计算")), STYLE),
        "long": lambda: limits([LONG, HOSTILE]),
        "huge": lambda: charts.dumbbell(
            frame("label actual target text", *((name, i / 30, 0.9, f"{i} 起") for i, name in enumerate(MANY))), STYLE
        ),
    },
    "monthly_dots": {
        "normal": closure_months,
        "sparse": lambda: charts.monthly_dots(frame("month value n is_hatched", (5, 0.5, 2, False)), STYLE),
        "long": lambda: charts.monthly_dots(
            frame("month value n is_hatched text", (1, None, 0, False, LONG), (12, 0.98, 3, True, HOSTILE)), STYLE, 0.98
        ),
        "huge": lambda: charts.monthly_dots(
            frame("month value n is_hatched", *((m, m * 1e6, 99999, False) for m in MONTHS)), STYLE, 12_345_678
        ),
    },
    "monthly_bars": {
        "normal": volume_months,
        "sparse": lambda: charts.monthly_bars(frame("month value previous is_hatched", (2, 1, None, True)), STYLE),
        "long": lambda: charts.monthly_bars(frame("month value previous is_hatched", (2, None, -3, False)), STYLE),
        "huge": lambda: volume_months(10_000_000),
    },
    "pareto": {
        "normal": lambda: places(PLACES),
        "sparse": lambda: places(PLACES[:1]),
        "long": lambda: places([LONG, HOSTILE, LONG]),
        "huge": lambda: places(MANY, 10_000_000),
    },
    "event_strip": {
        "normal": lambda: lift_faults(LIFTS),
        "sparse": lambda: lift_faults(LIFTS[:1], 1),
        "long": lambda: lift_faults([LONG, HOSTILE]),
        "huge": lambda: lift_faults(MANY, 300),
    },
    "dot_interval": {
        "normal": lambda: dimensions(DIMENSIONS),
        "sparse": lambda: charts.dot_interval(
            frame("label period value low high text", ("总体", "2025", 84.1, None, None, "84.1 分")), STYLE
        ),
        "long": lambda: dimensions([LONG, HOSTILE]),
        "huge": lambda: dimensions(MANY),
    },
    "quadrant": {
        "normal": lambda: importance([*DIMENSIONS, "停车", "收费", "社区活动"]),
        "sparse": lambda: importance(["总体"]),
        "long": lambda: importance([LONG, HOSTILE, LONG]),
        "huge": lambda: importance(MANY),
    },
    "horizontal_bars": {
        "normal": lambda: load_by_post(CHANNELS),
        "sparse": lambda: charts.horizontal_bars(frame("label value text", ("电话", 3, "3 件")), STYLE),
        "long": lambda: charts.horizontal_bars(
            frame("label value previous text", (LONG, -5, 3, "−5 件"), (HOSTILE, None, None, None)), STYLE
        ),
        "huge": lambda: load_by_post(MANY[:7], 1e7),
    },
    "funnel_plot": {
        "normal": lambda: sites(COMMUNITIES),
        "sparse": lambda: sites(COMMUNITIES[:1]),
        "long": lambda: sites([LONG, HOSTILE, LONG]),
        "huge": lambda: sites(MANY),
    },
    "progress_panels": {
        "normal": lambda: inspections(SYSTEMS),
        "sparse": lambda: inspections(SYSTEMS[:1]),
        "long": lambda: inspections([LONG, HOSTILE]),
        "huge": lambda: inspections(MANY, 100_000),
    },
    "two_year_dots": {
        "normal": lambda: failures(SYSTEMS[:3]),
        "sparse": lambda: charts.two_year_dots(frame("label before after text", ("电梯", None, 0, "0 次")), STYLE),
        "long": lambda: failures([LONG, HOSTILE]),
        "huge": lambda: failures(MANY, 1_000_000),
    },
    "year_timeline": {
        "normal": lambda: emergencies(["设备停运", "电梯困人", "暴雨积水", "演练"]),
        "sparse": lambda: emergencies(["停水"], 1),
        "long": lambda: emergencies([LONG, HOSTILE]),
        "huge": lambda: emergencies(MANY, 100),
    },
    "funnel_steps": {
        "normal": lambda: steps(["应回访", "已拨打", "已回访", "评价满意"]),
        "sparse": lambda: steps(["应回访"], 0),
        "long": lambda: steps([LONG, HOSTILE]),
        "huge": lambda: steps(MANY, 10_000_000),
    },
    "rating_bars": {
        "normal": lambda: ratings(STARS),
        "sparse": lambda: charts.rating_bars(frame("label value hatched text", ("5 星", 1, None, "1 件")), STYLE),
        "long": lambda: ratings([LONG, HOSTILE]),
        "huge": lambda: ratings(STARS, 1_000_000),
    },
    "share_dots": {
        "normal": lambda: notices(["微信公众号", "业主APP", "楼道张贴"]),
        "sparse": lambda: notices(["楼道张贴"]),
        "long": lambda: notices([LONG, HOSTILE]),
        "huge": lambda: notices(MANY),
    },
    "before_and_after": {
        "normal": lambda: lifts_renewed(["实施范围", "对照"]),
        "sparse": lambda: charts.before_and_after(frame("panel month value previous", ("各项目", 3, 0.9, None)), STYLE),
        "long": lambda: lifts_renewed([LONG, HOSTILE]),
        "huge": lambda: lifts_renewed(["实施范围", "对照"], 10_000_000),
    },
    "effect_interval": {
        "normal": lambda: net_effects(["扣除对照后的差值"]),
        "sparse": lambda: charts.effect_interval(
            frame("label value low high text as_share", ("差值", 0.0, None, None, "0", False)), STYLE
        ),
        "long": lambda: net_effects([LONG, HOSTILE]),
        "huge": lambda: net_effects(["扣除对照后的差值"], 1e7),
    },
    "contribution_bars": {
        "normal": lambda: contributions(COMMUNITIES[:3]),
        "sparse": lambda: contributions(COMMUNITIES[:1]),
        "long": lambda: contributions([LONG, HOSTILE]),
        "huge": lambda: contributions(MANY, 1_000_000),
    },
}
