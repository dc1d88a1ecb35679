"""Steps about columns, text, dates, windows and shape: every face of each makes the same table."""

import datetime as dt
from random import Random

import polars as pl
import pytest
from faces_compare import agree
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from jupyter_mlstudio.wrangling import steps
from jupyter_mlstudio.wrangling.step import Step
from jupyter_mlstudio.wrangling.steps import Aggregate, CellEdit, JsonField, Merge

WORDS = [
    "", " ", "a", "A b ", "Ann-Lee 12", "éCOLE $1.50", "b@c.org", "O'Neil\\n", "2020-01-31", "31.12.1999", "1,234.50",
    "(12)", "12 %", "http://a.org:80/p?q=1#f", "a, b,,c", "<b>x</b> (y)", "FirstName", "x\ty", "-5", "名",
]  # fmt: skip
JSON = ['{"a": {"b": 1.5}, "c": "x"}', "no json", None, '{"c": [1, 2]}', "{}"]
INSTANTS = st.datetimes(dt.datetime(1950, 1, 1), dt.datetime(2080, 1, 1))
TABLES = st.lists(
    st.tuples(
        st.none() | st.integers(-(2**40), 2**40),
        st.none() | st.floats(-1e6, 1e6).map(lambda number: round(number, 3)),
        st.none() | st.sampled_from(WORDS),
        st.none() | st.sampled_from(["x", "y", "z w"]),
        st.none() | st.dates(dt.date(1900, 3, 1), dt.date(2100, 1, 1)),
        st.none() | INSTANTS,
        st.none() | INSTANTS,
        st.none() | st.booleans(),
    ),
    max_size=12,
)
SCHEMA = {
    "i": pl.Int64, "f": pl.Float64, "s": pl.String, "c": pl.String, "d": pl.Date, "t": pl.Datetime("us"),
    "z": pl.Datetime("us"), "b": pl.Boolean,
}  # fmt: skip


def table_of(rows: list[tuple]) -> pl.DataFrame:
    made = pl.DataFrame(rows, schema=SCHEMA, orient="row")
    made = made.with_columns(j=pl.Series([JSON[place % len(JSON)] for place in range(len(rows))], dtype=pl.String))
    return made.with_columns(pl.col("z").dt.replace_time_zone("UTC").dt.convert_time_zone("Europe/Berlin"))


def figure(column: str, function: str, **more: str) -> Aggregate:
    return Aggregate(column=column, function=function, **more)


STEPS: list[Step] = [
    steps.ConvertType(columns=("s",), to="integer"),
    steps.ConvertType(columns=("s", "i"), to="number"),
    steps.ConvertType(columns=("i", "b", "d"), to="text"),
    steps.ConvertType(columns=("s",), to="boolean"),
    steps.ConvertType(columns=("i",), to="boolean"),
    steps.ConvertType(columns=("s",), to="date"),
    steps.ConvertType(columns=("t", "z"), to="date"),
    steps.ConvertType(columns=("d", "t"), to="datetime"),
    steps.CleanText(columns=("s", "c"), spaces=True, case="title", empty=True),
    steps.CleanText(columns=("s",), find="([a-z])([0-9])", replace="$2$1", regex=True),
    steps.ReplaceValues(column="c", values=({"old": "x", "new": "one"}, {"old": "y", "new": None})),
    steps.DateParts(column="d", parts=("year", "quarter", "month", "week", "day", "weekday", "day of year", "weekend")),
    steps.DateParts(column="z", parts=("hour", "minute", "day"), drop=True),
    steps.FillForward(columns=("i", "s", "d"), at_most=2),
    steps.FillForward(),
    steps.MoveColumns(columns=("c", "d"), to="before", beside="i"),
    steps.MoveColumns(columns=("s", "b", "f"), to="alphabetical"),
    steps.DuplicateColumn(column="s", name="copy of s"),
    steps.RenamePattern(prefix="x_", case="upper"),
    steps.DropMatching(types=("number", "text")),
    steps.DropMatching(pattern="^[ifs]$", keep="matching"),
    steps.CombineColumns(columns=("s", "i", "c"), name="all", separator="-"),
    steps.CombineColumns(columns=("s", "c", "b"), name="all", missing="missing", drop=True),
    steps.FindReplace(find="a", replace="ä"),
    steps.FindReplace(columns=("s",), find="A.", replace="$1", ignore_case=True),
    steps.FindReplace(columns=("c",), find="X", replace="whole", match="whole cell", ignore_case=True),
    steps.FindReplace(columns=("s",), find="([0-9]+)", replace="<$1>", match="regular expression"),
    steps.RemoveCharacters(
        columns=("s",), remove=("HTML tags", "text in brackets", "punctuation", "digits", "spaces", "accents")
    ),
    steps.RemoveCharacters(columns=("s",), remove=("letters",), ends="-. ", side="start"),
    *(steps.ChangeCase(columns=("s", "c"), to=case) for case in ("lower", "upper", "title", "capitalize", "snake")),
    steps.PadText(columns=("i", "c"), width=6),
    steps.PadText(columns=("s",), width=6, fill="*", side="end"),
    steps.SplitColumn(column="s", separator=",", into=3),
    steps.SplitColumn(column="s", by="widths", widths=(1, 3), drop=True, names=("first", "s")),
    steps.SplitColumn(column="s", by="pattern", pattern="([A-Za-z]+)[ -]([A-Za-z]+)"),
    steps.ExtractText(column="s", pattern="[0-9]+"),
    steps.ExtractText(column="s", pattern="([a-z])@([a-z])", part=2, name="host"),
    steps.MeasureText(columns=("s", "c"), measures=("characters", "words", "digits", "capital letters", "lines")),
    steps.FlagText(column="s", find="A", ignore_case=True),
    steps.FlagText(column="s", find="^[0-9(]", regex=True),
    steps.ParseNumbers(columns=("s",)),
    steps.ParseNumbers(columns=("s",), decimal=",", percent=False, parentheses=False),
    steps.AddressParts(column="s", parts=("protocol", "host", "port", "path", "query", "fragment")),
    steps.ParseJson(
        column="j", fields=(JsonField(path="$.a.b", name="n", type="number"), JsonField(path="c", name="k"))
    ),
    steps.AddressParts(column="s", parts=("user", "domain", "ending"), drop=True),
    steps.MergeValues(column="c", merges=(Merge(to="x", values=("y", "z w")),)),
    steps.EditCells(
        edits=(
            CellEdit(row=1, column="i", value=5),
            CellEdit(row=2, column="s"),
            CellEdit(row=0, column="d", value="2020-02-03"),
        )
    ),
    steps.EditCells(key="c", edits=(CellEdit(key="x", column="f", value=1.5), CellEdit(key="y", column="b"))),
    steps.ParseDates(columns=("s",)),
    steps.ParseDates(columns=("s",), formats=("%Y-%m-%d", "%d.%m.%Y"), to="datetime"),
    steps.FormatDates(columns=("d", "t", "z"), format="%d.%m.%Y %H:%M"),
    steps.DateDifference(column="d", other="t", unit="days"),
    steps.DateDifference(column="z", moment="2020-01-01", unit="hours", whole=True),
    steps.AgeAt(column="d", moment="2020-02-29"),
    steps.AgeAt(column="d", other="t"),
    *(
        steps.ShiftDates(columns=("d",), amount=amount, unit=unit)
        for amount, unit in ((1, "months"), (-3, "years"), (5, "weeks"))
    ),
    steps.ShiftDates(columns=("t", "z"), amount=90, unit="minutes"),
    *(steps.RoundDates(columns=("d", "t"), to=unit) for unit in ("year", "quarter", "month", "week", "day")),
    steps.RoundDates(columns=("t",), to="hour"),
    steps.TimeZone(columns=("t", "z"), zone="America/New_York"),
    steps.TimeZone(columns=("z",), do="remove"),
    steps.CyclicDates(column="t", parts=("hour", "weekday", "month", "day of year")),
    steps.KeepPlaces(rows=3),
    steps.KeepPlaces(which="last", rows=2),
    steps.KeepPlaces(which="range", start=1, rows=2),
    steps.DropPlaces(positions=(0, 2)),
    steps.FilterPattern(column="s", pattern="^[A-Z]"),
    steps.FilterPattern(column="s", pattern="a", ignore_case=True, keep="others"),
    steps.FilterValues(column="c", values=("x", "y")),
    steps.FilterValues(column="i", values=(0, 1), keep="matching"),
    steps.DropEmpty(columns=("s", "c"), blank=True),
    steps.DropEmpty(),
    steps.ShuffleRows(seed=7),
    steps.KeepLargest(column="f", rows=2),
    steps.KeepLargest(column="i", rows=1, smallest=True, by=("c",)),
    steps.Neighbour(column="i"),
    steps.Neighbour(column="s", rows=2, side="after", by=("c",), order=("t",)),
    steps.ChangeFrom(column="f"),
    steps.ChangeFrom(column="i", measure="share", by=("c",)),
    *(steps.RollingFigure(column="f", figure=each, rows=3, by=("c",)) for each in ("mean", "sum", "min", "max", "std")),
    steps.RollingFigure(column="i", figure="sum", rows=2, order=("d",)),
    steps.RollingFigure(column="f", rows=4, before=True, by=("c",), order=("t", "i")),
    *(steps.RunningFigure(column="i", figure=each, by=("c",)) for each in ("sum", "count", "min", "max")),
    steps.RunningFigure(column="f", order=("t",)),
    steps.RankRows(column="f"),
    steps.RankRows(column="i", largest_first=False, dense=True, by=("c",)),
    steps.NumberRows(by=("c",), order=("t",)),
    steps.NumberRows(start=0),
    steps.FillFrom(columns=("i", "s"), side="after", by=("c",), at_most=1),
    steps.FillFrom(columns=("f",), order=("d",)),
    *(
        steps.GroupFigure(column="f", by=("c",), figure=each)
        for each in ("mean", "sum", "min", "max", "median", "std", "count")
    ),
    steps.GroupRows(by=("c",), figures=tuple(figure("f", each) for each in ("q25", "q95", "var", "median", "std"))),
    steps.GroupRows(by=("c", "b"), figures=(figure("s", "values"), figure("s", "mode"), figure("i", "mode"))),
    steps.GroupRows(by=("c",), figures=(figure("f", "weighted mean", weight="i"), figure("i", "sum")), count=""),
    steps.Pivot(index=("b",), names="c", values="f", figure="mean"),
    steps.Pivot(index=("b",), names="c", figure="rows", only=("x", "y")),
    steps.UnpivotColumns(columns=("s", "c"), keep=("i",)),
    steps.UnpivotColumns(columns=("i", "f")),
    steps.ExplodeText(column="s"),
    steps.CrossTable(rows="c", columns="b"),
    steps.CrossTable(rows="b", columns="c", share=True),
    steps.Resample(column="t", to="month", figures=(figure("f", "sum"), figure("i", "mean"))),
    steps.Resample(column="d", to="week", by=("c",)),
]


def named(step: Step) -> str:
    return f"{step.op}: {step.sentence()}"


def awkward(count: int) -> pl.DataFrame:
    chance = Random(count)

    def maybe(value: object) -> object:
        return None if chance.random() < 1 / 5 else value

    def instant() -> dt.datetime:
        return dt.datetime(1950, 1, 1) + dt.timedelta(seconds=chance.randrange(4 * 10**9))

    rows = [
        (
            maybe(chance.choice([0, 1, 2, 5, -3, 2**40])),
            maybe(chance.choice([0.0, 1.5, -2.25, 100.0, 3.125])),
            maybe(chance.choice(WORDS)),
            maybe(chance.choice(["x", "y", "z w"])),
            maybe(dt.date(1900, 3, 1) + dt.timedelta(days=chance.randrange(70_000))),
            maybe(instant()),
            maybe(instant()),
            maybe(chance.random() < 1 / 2),
        )
        for _ in range(count)
    ]
    return table_of(rows)


@pytest.mark.parametrize("step", STEPS, ids=named)
def test_all_faces_of_a_step_agree(step: Step) -> None:
    seen = [agree(awkward(count), step) for count in (14, 0, 1)]
    assert {"polars", "sql"} <= seen[0]
    assert "pandas" in seen[0] or step.op == "parse_json"


FORMULAS = """
title(s) | capitalize(s) | drop_end(s, 2) | drop_end(s, 0) | part(s, 2) | part(s, -3) | part(s, -4, 2)
part(s, -20, 18)
pad(s, 8, "0") | pad_end(s, 8, "*") | split_part(s, "-", 1) | split_part(s, "-", -1) | split_part(s, ",", 3)
strip(s, "Ann1 ") | strip_start(s, " a") | strip_end(s, "12") | no_accents(s) | squeeze(s) | extract(s, "[0-9]+")
extract(s, "([a-z]+)@([a-z]+)", 2) | replace_pattern(s, "[0-9]+", "$1") | matches(s, "(a|b)")
count_matches(s, "[a-z]")
fixed(f, 2) | fixed(f, 0) | fixed(i, 1) | format_date(d, "%d.%m.%Y") | format_date(t, "%-d/%-m/%y %H:%M:%S")
format_date(z, "%B %b %A %a %I %p") | parse_date(s, "%Y-%m-%d") | parse_time(s, "%d.%m.%Y") | json_field(j, "$.c")
hour(z) | date(z) | seconds_from(d, t) | age(d, t) | add_time(d, 2, "quarters") | add_time(z, 1, "day") | hours(t - t)
begin_of(z, "month") | begin_of(t, "minute") | to_zone(t, "America/New_York")
as_zone(t, "Europe/Berlin") | as_zone(z, "")
"""


@pytest.mark.parametrize(
    "formula", [each.strip() for line in FORMULAS.split("\n") for each in line.split(" | ") if each]
)
def test_all_faces_of_a_function_agree(formula: str) -> None:
    seen = [agree(awkward(count), steps.DeriveColumn(name="made", formula=formula)) for count in (14, 0, 1)]
    assert {"polars", "sql", "row"} <= seen[0]


@pytest.mark.parametrize(
    ("column", "to"),
    [("i", "integer"), ("f", "number"), ("b", "boolean"), ("d", "date"), ("t", "datetime"), ("n", "integer")],
)
def test_all_faces_of_a_strict_change_of_type_agree(column: str, to: str) -> None:
    table = pl.DataFrame(
        {
            "i": ["1", " 2", None], "f": ["1.5", "2", None], "b": ["yes", "No", None], "n": [1.5, -2.7, None],
            "d": ["2020-01-01", "1999-12-31 ", None], "t": ["2020-01-01 10:00:00", None, "1999-12-31 23:59:59"],
        }
    )  # fmt: skip
    step = steps.ConvertType(columns=(column,), to=to, invalid="fail")
    assert agree(table, step) == {"polars", "pandas", "sql", "transformer", "row"}


@given(step=st.sampled_from(STEPS), rows=TABLES)
@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
def test_all_faces_agree_on_any_table(step: Step, rows: list[tuple]) -> None:
    agree(table_of(rows), step)


@given(chosen=st.lists(st.sampled_from(STEPS), min_size=2, max_size=4), rows=TABLES)
@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
def test_all_faces_agree_on_any_recipe(chosen: list[Step], rows: list[tuple]) -> None:
    agree(table_of(rows), *chosen)
