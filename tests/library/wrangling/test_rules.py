import datetime as dt
import io
import warnings

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter

from jupyter_mlstudio.core.errors import ConflictError
from jupyter_mlstudio.kernel import outcome_of
from jupyter_mlstudio.wrangling.recipe import Recipe
from jupyter_mlstudio.wrangling.rules.check import check
from jupyter_mlstudio.wrangling.rules.pandera import export
from jupyter_mlstudio.wrangling.rules.rule import (
    AnyRule,
    Fresh,
    Holds,
    InRange,
    InSet,
    Length,
    Matches,
    NotMissing,
    OfType,
    Related,
    RowCount,
    Unique,
)
from jupyter_mlstudio.wrangling.rules.suggest import suggest
from jupyter_mlstudio.wrangling.sources.types import FileSource

TABLE = pl.DataFrame(
    {
        "a": [1, 2, 2, None, 5],
        "b": [1, 1, 3, 4, None],
        "s": ["x", "y", "zz", None, "y"],
        "d": [dt.date(2020, 1, day) for day in range(1, 6)],
        "n": ["1", "2", "x", None, "3"],
        "t": [dt.datetime(2020, 1, day, 12, tzinfo=dt.UTC) for day in range(1, 6)],
        'odd "name" \\ with\nlines': [0.5, 1.5, None, 2.5, -1.0],
    }
)
ODD = 'odd "name" \\ with\nlines'
NOW = dt.datetime(2020, 1, 7, tzinfo=dt.UTC)

CASES = [
    (Unique(columns=("a",)), "broken", 2),
    (Unique(columns=("a", "b")), "kept", 0),
    (Unique(columns=("a",), tolerance=0.5), "kept", 2),
    (NotMissing(column="d"), "kept", 0),
    (NotMissing(column="a"), "broken", 1),
    (NotMissing(column="a", tolerance=0.3), "kept", 1),
    (InRange(column="a", least=2), "broken", 1),
    (InRange(column="a", least=1, most=5), "kept", 0),
    (InRange(column="d", most="2020-01-03"), "broken", 2),
    (InRange(column="t", least="2020-01-02 00:00"), "broken", 1),
    (InRange(column=ODD, least=0, most=2), "broken", 2),
    (InSet(column="s", values=("x", "y")), "broken", 1),
    (InSet(column="s", values=("x", "y", "zz")), "kept", 0),
    (InSet(column="a", values=(1, 2.5)), "broken", 3),
    (InSet(column="d", values=("2020-01-01",)), "broken", 4),
    (Matches(column="s", pattern="[xy]"), "broken", 1),
    (Matches(column="s", pattern="x|y|zz"), "kept", 0),
    (Length(column="s", most=1), "broken", 1),
    (Length(column="s", least=1, most=2), "kept", 0),
    (OfType(column="a", type="integer"), "kept", 0),
    (OfType(column="a", type="number"), "kept", 0),
    (OfType(column="a", type="date"), "broken", None),
    (OfType(column="n", type="integer"), "broken", 1),
    (Fresh(column="d", at_most=3, now=NOW), "kept", None),
    (Fresh(column="d", at_most=24, unit="hours", now=NOW), "broken", None),
    (RowCount(least=5), "kept", None),
    (RowCount(most=4), "broken", None),
    (Related(column="a", other="b"), "broken", 1),
    (Related(column="b", other="a", test="<", when='s == "zz"'), "broken", 1),
    (Related(column="a", other="b", test="==", when='s == "x"'), "kept", 0),
    (Holds(formula="a + b > 3"), "broken", 2),
    (Holds(formula="is_missing(a) or a > 0"), "kept", 0),
    (Related(column="a", other="s"), "error", None),
    (Holds(formula="a + b"), "error", None),
    (NotMissing(column="zzz"), "error", None),
    (Length(column="a", most=3), "error", None),
    (InRange(column="s", most=3), "error", None),
]


@pytest.mark.parametrize(("rule", "state", "failing"), CASES, ids=lambda value: getattr(value, "kind", None))
def test_a_rule_is_checked_and_its_failing_rows_are_counted(rule, state, failing):
    report = check(TABLE.lazy(), [rule])

    assert (report.items[0].state, report.items[0].failing) == (state, failing)
    assert report.ok == (state == "kept")


def test_all_rules_are_checked_at_once_and_say_what_they_found():
    report = check(TABLE.lazy(), [rule for rule, _, _ in CASES])

    assert [(item.state, item.failing) for item in report.items] == [(state, failing) for _, state, failing in CASES]
    assert report.items[0].message == "1 value stands more than once, in 2 rows, as 2."
    assert report.items[11].message == "1 of 5 rows break it, as “zz”."
    assert "There is no column “zzz” here." in report.text()


def test_a_rule_that_only_warns_lets_a_table_pass():
    report = check(TABLE.lazy(), [NotMissing(column="a", severity="warn")])

    assert (report.ok, report.failed, report.warned) == (True, 0, 1)


def test_an_empty_table_keeps_rules_about_rows():
    rules = [rule for rule, _, _ in CASES if rule.kind in {"unique", "missing", "range", "set", "pattern", "length"}]

    report = check(TABLE.clear().lazy(), [rule for rule in rules if getattr(rule, "column", "b") not in {"zzz"}][:10])

    assert [item.state for item in report.items] == ["kept"] * 10


@given(values=st.lists(st.one_of(st.none(), st.integers(-3, 3)), max_size=30))
def test_unique_counts_what_a_person_would_count(values):
    again = sum(values.count(value) > 1 for value in values if value is not None)

    result = check(pl.LazyFrame({"a": values}, schema={"a": pl.Int64}), [Unique(columns=("a",))]).items[0]

    assert (result.failing, result.state) == (again, "broken" if again else "kept")


def test_rules_are_kept_with_the_recipe_and_old_files_still_open(tmp_path):
    recipe = Recipe(rules=[rule for rule, _, _ in CASES])
    recipe.write(tmp_path / "a.recipe.json")
    (tmp_path / "old.recipe.json").write_text('{"version": 1, "steps": []}')

    assert Recipe.read(tmp_path / "a.recipe.json") == recipe
    assert Recipe.read(tmp_path / "old.recipe.json") == Recipe()
    assert '"kind": "missing",\n      "column": "d"\n' in recipe.text()
    assert "rules" not in Recipe().text()


def test_a_recipe_checks_a_frame_and_its_own_result(project):
    TABLE.drop(ODD, "t").write_parquet(project / "t.parquet")
    rules = (RowCount(most=4),)
    recipe = Recipe(source=FileSource(path="t.parquet"), steps=[{"op": "drop_missing", "columns": ["a"]}], rules=rules)

    assert recipe.check().ok
    assert not recipe.check(TABLE).ok
    assert not recipe.check(TABLE.drop("t", "d").to_pandas()).ok


def test_nonsense_is_refused_with_a_reason():
    adapter = TypeAdapter(AnyRule)
    for wrong, reason in (
        ({"kind": "range", "column": "a"}, "give at least one limit"),
        ({"kind": "pattern", "column": "a", "pattern": "("}, "is no regular expression"),
        ({"kind": "rows"}, "give at least one"),
        ({"kind": "unique", "columns": []}, "at least 1 item"),
    ):
        with pytest.raises(ValueError, match=reason):
            adapter.validate_python(wrong)


def test_a_panel_checks_rules_and_scrolls_through_failing_rows(session):
    session.open(FileSource(path="flights.parquet"))
    rule = {"kind": "range", "column": "delay", "least": 0}

    answer, _ = outcome_of(session, {"verb": "rules.check", "arguments": {"rules": [rule]}})
    failing, raw = outcome_of(
        session, {"verb": "rules.failing", "arguments": {"rule": rule, "columns": ["carrier", "delay"]}}
    )
    kinds, _ = outcome_of(session, {"verb": "rules.kinds"})
    none, _ = outcome_of(session, {"verb": "rules.failing", "arguments": {"rule": {"kind": "rows", "least": 1}}})

    assert answer["result"]["items"][0]["message"] == "1 of 5 rows break it, as -3."
    assert failing["result"] == {"start": 0, "rows": 1, "rows_total": 1, "numbers": "__row__"}
    assert pl.read_ipc_stream(io.BytesIO(raw)).rows() == [(2, "B6", -3)]
    assert len(kinds["result"]["items"]) == 11
    assert none["error"]["reason"] == "no_rows"


def test_failing_rows_are_numbered_as_they_stand_after_a_filter(session):
    session.open(FileSource(path="flights.parquet"))
    session.apply(Recipe(steps=[{"op": "filter", "formula": "is_missing(delay) or delay < 50"}]))

    _, raw = outcome_of(
        session,
        {"verb": "rules.failing", "arguments": {"rule": {"kind": "missing", "column": "tail"}, "columns": ["delay"]}},
    )

    assert pl.read_ipc_stream(io.BytesIO(raw)).rows() == [(3, 40)]


def test_rules_are_suggested_from_what_a_table_is_like():
    table = pl.DataFrame(
        {
            "id": range(1000),
            "mail": [f"user{number}@example.org" for number in range(1000)],
            "code": [f"AB-{number % 700:04d}" for number in range(1000)],
            "month": [number % 12 + 1 for number in range(1000)],
            "carrier": ["UA", "AA"] * 500,
            "price": [None if number % 50 == 0 else number / 7 for number in range(1000)],
            "comment": [f"some words about {number}" for number in range(1000)],
            "start_date": [dt.date(2013, 1, 1) + dt.timedelta(days=number % 300) for number in range(1000)],
            "end_date": [dt.date(2013, 1, 3) + dt.timedelta(days=number % 300) for number in range(1000)],
            "balance": [number - 500.5 for number in range(1000)],
        }
    )

    found = [item.sentence for item in suggest(table, table.columns, "exact").items]

    assert [sentence for sentence in found if not sentence.endswith("is never missing")] == [
        "id is unique",
        "mail is unique",
        r"mail matches [^@\s]+@[^@\s]+\.[A-Za-z]{2,}",
        r"code matches [A-Z]{2}\-\d{4}",
        "month is between 1 and 12",
        "carrier is one of AA, UA",
        "price is missing in at most 0.04",
        "price is at least 0",
        "start_date is between 2010-01-01 and 2100-12-31",
        "end_date is between 2010-01-01 and 2100-12-31",
        "start_date <= end_date",
    ]
    assert check(table.lazy(), [item.rule for item in suggest(table, table.columns, "exact").items]).failed == 0


def test_rules_that_a_recipe_has_are_not_suggested_again():
    table = pl.DataFrame({"a": range(100)})

    assert suggest(table, ["a"], "exact", (NotMissing(column="a"), Unique(columns=("a",)))).items == ()


@pytest.mark.filterwarnings("ignore::FutureWarning", "ignore::DeprecationWarning", "ignore::UserWarning")
@pytest.mark.parametrize("severity", ["fail", "warn"])
def test_the_exported_schema_judges_as_the_rules_do(severity):
    import pandera.polars as pa

    table = TABLE.with_columns(pl.col("t").dt.replace_time_zone(None))
    rules = [rule.model_copy(update={"severity": severity}) for rule, state, _ in CASES if state != "error"]
    for rule in rules:
        if rule.kind == "fresh":
            continue
        state = check(table.lazy(), [rule]).items[0].state
        made = export([rule], dict(table.schema))
        given: dict[str, object] = {}
        exec(made.text, given)
        assert made.left_out == ()
        assert judged(given["schema"], table, pa, severity) == state, made.text


def judged(schema, table, pa, severity):
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        try:
            schema.validate(table, lazy=True)
        except pa.errors.SchemaErrors:
            return "broken" if severity == "fail" else "raised"
    return "broken" if any(issubclass(each.category, pa.errors.SchemaWarning) for each in said) else "kept"


@pytest.mark.filterwarnings("ignore::FutureWarning", "ignore::DeprecationWarning", "ignore::UserWarning")
def test_the_exported_schema_knows_freshness_and_says_what_it_leaves_out():
    import pandera.polars as pa

    made = export(
        [Fresh(column="d", at_most=3), Fresh(column="t", at_most=3), NotMissing(column="zzz")], dict(TABLE.schema)
    )
    given: dict[str, object] = {}
    exec(made.text, given)

    assert made.left_out == ("zzz is never missing: There is no column “zzz” here.",)
    assert judged(given["schema"], TABLE, pa, "fail") == "broken"


def test_the_exported_schema_reads_as_a_person_would_write_it():
    rules = [
        NotMissing(column="a"),
        InRange(column="a", least=0, most=10),
        InSet(column="s", values=("x", "y")),
        RowCount(least=1),
    ]

    assert export(rules, dict(TABLE.schema), "flights").text == (
        "import pandera.polars as pa\n"
        "import polars as pl\n"
        "\n"
        "flights = pa.DataFrameSchema(\n"
        "    columns={\n"
        '        "a": pa.Column(nullable=False, checks=pa.Check.in_range(0, 10)),\n'
        '        "s": pa.Column(nullable=True, checks=pa.Check.isin(["x", "y"])),\n'
        "    },\n"
        "    checks=[\n"
        '        pa.Check(lambda table: table.lazyframe.select((pl.len() >= 1)), name="There are at least 1 rows"),\n'
        "    ],\n"
        ")\n"
    )


def test_a_table_that_breaks_a_rule_is_not_written_and_the_old_file_stays(session, project):
    session.open(FileSource(path="flights.parquet"))
    session.apply(Recipe(rules=[NotMissing(column="tail")]))
    (project / "out.parquet").write_bytes(b"old")

    with pytest.raises(
        ConflictError, match=r"1 rule is broken, so “out.parquet” was not written.\ntail is never missing"
    ):
        session.run("out.parquet", overwrite=True)

    assert (project / "out.parquet").read_bytes() == b"old"
    written = session.run("out.parquet", overwrite=True, rules="warn")
    assert (written.rows, written.rules.failed) == (5, 1)


def test_a_panel_keeps_rules_through_apply_save_and_load(session):
    session.open(FileSource(path="flights.parquet"))
    rule = {"kind": "missing", "column": "delay", "tolerance": 0.5}

    outcome_of(session, {"verb": "apply", "arguments": {"recipe": {"steps": [], "rules": [rule]}}})
    session.save("a.recipe.json")
    answer, _ = outcome_of(session, {"verb": "rules.check"})
    text, _ = outcome_of(session, {"verb": "rules.export"})

    assert session.load("a.recipe.json").rules == (NotMissing(column="delay", tolerance=0.5),)
    assert (answer["result"]["rows"], answer["result"]["failed"]) == (5, 0)
    assert "mean() <= 0.5" in text["result"]["text"]
