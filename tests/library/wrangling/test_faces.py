"""One recipe, three faces: the session, the written code and the transformer make the same."""

import datetime as dt
from pathlib import Path

import pandas as pd
import polars as pl
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from pandas.testing import assert_frame_equal as assert_pandas_equal
from polars.testing import assert_frame_equal

from jupyter_mlstudio.core.errors import InvalidError
from jupyter_mlstudio.wrangling import steps
from jupyter_mlstudio.wrangling.recipe import Recipe
from jupyter_mlstudio.wrangling.session import Session
from jupyter_mlstudio.wrangling.sources import Files
from jupyter_mlstudio.wrangling.sources.types import FrameSource
from jupyter_mlstudio.wrangling.transformer import RecipeTransformer

ODD = [
    "",
    " ",
    "a",
    "A ",
    "\N{LATIN SMALL LETTER E WITH ACUTE}",
    'quo"te',
    "back\\slash",
    "{x}",
    "$1",
    "\n",
    "0",
    "\u202e",
    "名",
]

TABLES = st.lists(
    st.tuples(
        st.none() | st.integers(-(2**40), 2**40),
        st.none() | st.floats(allow_nan=True, allow_infinity=True, width=64),
        st.none() | st.sampled_from(ODD) | st.text(max_size=5),
        st.none() | st.sampled_from(["x", "y", 'z"', *ODD[:4]]),
        st.none() | st.dates(dt.date(1900, 1, 1), dt.date(2100, 1, 1)),
        st.none() | st.booleans(),
    ),
    max_size=12,
)
SCHEMA = {"i": pl.Int64, "odd f": pl.Float64, "s": pl.String, "c": pl.String, "d": pl.Date, "b": pl.Boolean}
NUMBERS = st.lists(st.sampled_from(["i", "odd f"]), min_size=1, max_size=2, unique=True)
CATEGORIES = st.lists(st.sampled_from(["c", "s", "b"]), min_size=1, max_size=2, unique=True)
FINITE = st.floats(-1e6, 1e6)
FORMULAS = [
    "i + 1",
    "`odd f` / i",
    "`odd f` * 2 - i",
    "i % 3 == 0",
    'c == "x" or i > 2',
    "-i ** 2",
    "not b",
    "1 < i <= 100",
    '"big" if i > 5 else "small"',
    "max(i, 0)",
    "if_missing(`odd f`, 0)",
    'join(c, "-", s)',
    "upper(s)",
    "length(s)",
    'c in ["x", "y"]',
    'd > "1999-12-31"',
    "year(d)",
    "is_missing(s)",
    "sqrt(i)",
    "round(`odd f`, 2)",
    'replace(s, "$", "\\\\1")',
]


def built(step: type, **options: st.SearchStrategy) -> st.SearchStrategy:
    return st.fixed_dictionaries(options).map(lambda given: step(**given))


KEEPING = st.one_of(
    built(steps.DeriveColumn, name=st.sampled_from(["new", "i", 'odd "name"']), formula=st.sampled_from(FORMULAS)),
    built(
        steps.FillMissing,
        columns=NUMBERS,
        using=st.sampled_from(["median", "mean", "most frequent"]),
        mark=st.booleans(),
    ),
    built(steps.FillMissing, columns=st.just(["s", "c", "d", "b"]), using=st.just("most frequent")),
    built(steps.FillMissing, columns=st.just(["s"]), using=st.just("value"), value=st.sampled_from(ODD)),
    built(steps.FillMissing, columns=NUMBERS, using=st.just("value"), value=FINITE),
    built(steps.ClipNumbers, columns=NUMBERS),
    built(steps.ClipNumbers, columns=NUMBERS, by=st.just("limits"), lower=FINITE),
    built(
        steps.ScaleNumbers,
        columns=NUMBERS,
        to=st.sampled_from(["mean 0, deviation 1", "0 to 1", "median 0, quartiles 1"]),
    ),
    built(steps.RoundNumbers, columns=NUMBERS, digits=st.integers(0, 3)),
    built(
        steps.BinNumbers, column=st.sampled_from(["i", "odd f"]), by=st.sampled_from(["equal counts", "equal width"])
    ),
    built(steps.OneHotEncode, columns=CATEGORIES, at_most=st.integers(1, 9)),
    built(steps.OrdinalEncode, columns=CATEGORIES, order=st.sampled_from(["alphabetical", "most frequent first"])),
    built(
        steps.CleanText,
        columns=st.just(["s", "c"]),
        case=st.sampled_from(["keep", "lower", "title"]),
        spaces=st.booleans(),
        find=st.sampled_from(["", "a", "$1", "\\"]),
        replace=st.sampled_from(["", "$0", '"']),
        empty=st.booleans(),
    ),
    built(steps.ReplaceValues, column=st.just("c"), values=st.just([{"old": "x", "new": 'y"'}, {"old": "y"}])),
    built(steps.DateParts, column=st.just("d"), parts=st.just(["year", "weekday", "weekend"]), drop=st.booleans()),
    built(
        steps.ConvertType,
        columns=st.just(["s"]),
        to=st.sampled_from(["number", "integer", "boolean", "date", "datetime"]),
    ),
    built(steps.ConvertType, columns=st.just(["i", "d", "b"]), to=st.just("text")),
    built(steps.RenameColumns, names=st.just([{"column": "c", "to": "class"}])),
    built(steps.DropColumns, columns=st.sampled_from([["b"], ["d", "s"]])),
    built(steps.SelectColumns, columns=st.just(["i", "s", "odd f", "c"])),
)
CHANGING = st.one_of(
    built(
        steps.FilterRows, formula=st.sampled_from(["i > 0", 'c == "x"', "not is_missing(d)", 'd > "1990-01-01" or b'])
    ),
    built(
        steps.FilterRows,
        conditions=st.just([{"column": "c", "test": "in", "values": ODD}, {"column": "i", "test": ">", "value": 1}]),
        match=st.sampled_from(["all", "any"]),
        keep=st.sampled_from(["matching", "others"]),
    ),
    built(steps.DropDuplicates, columns=st.sampled_from([[], ["c"]])),
    built(steps.DropMissing, columns=st.sampled_from([[], ["s"]])),
    built(steps.SortRows, by=st.just([{"column": "odd f", "descending": True}, {"column": "s"}])),
    built(steps.SampleRows, rows=st.integers(1, 5)),
    built(steps.FillForward, columns=st.just(["c"])),
    built(
        steps.GroupRows, by=st.just(["c"]), figures=st.just([{"column": "i"}, {"column": "odd f", "function": "max"}])
    ),
)
THOROUGH = settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much]
)


def table_of(rows) -> pl.DataFrame:
    return pl.DataFrame(rows, schema=SCHEMA, orient="row")


def shown(table: object, recipe: Recipe, folder: Path) -> tuple[Session, Recipe]:
    """Apply in a session, and return the recipe's steps that could run, with what they learned."""
    session = Session(Files(folder), lambda: {"table": table})
    session.open(FrameSource(name="table"))
    view = session.apply(recipe)
    ran = tuple(step for step, stage in zip(view.recipe.steps, view.stages, strict=True) if stage.state == "ran")
    return session, Recipe(steps=ran)


@THOROUGH
@given(TABLES, st.lists(st.one_of(KEEPING, CHANGING), min_size=1, max_size=5))
def test_the_session_shows_what_the_written_code_makes(tmp_path_factory, rows, chosen):
    table = table_of(rows)
    session, recipe = shown(table, Recipe(steps=tuple(chosen)), tmp_path_factory.getbasetemp())
    assume(recipe.steps)

    space = {"table": table}
    exec(session.code(name="result").text, space)

    assert_frame_equal(session.result(), space["result"], check_exact=True)
    assert_frame_equal(recipe.run(table), space["result"], check_exact=True)


@THOROUGH
@given(TABLES, st.lists(KEEPING, min_size=1, max_size=5))
def test_the_fitted_transformer_makes_what_the_session_shows(tmp_path_factory, rows, chosen):
    table = table_of(rows)
    session, recipe = shown(table, Recipe(steps=tuple(chosen)), tmp_path_factory.getbasetemp())
    assume(recipe.steps)

    made = RecipeTransformer(recipe).fit_transform(table)

    shown_rows = session.result()
    gaps = [column.name for column in shown_rows if column.dtype == pl.Boolean and column.null_count()]
    assert_pandas_equal(made, shown_rows.with_columns(pl.col(gaps).cast(pl.Float64)).to_pandas())


@THOROUGH
@given(TABLES, st.lists(KEEPING, min_size=1, max_size=4))
def test_pandas_and_polars_frames_mean_the_same(rows, chosen):
    table = table_of(rows)
    frame = table.to_pandas()
    recipe = Recipe(steps=tuple(chosen))
    try:
        expected = RecipeTransformer(recipe).fit(table)
    except InvalidError:
        return

    # The types were learned from the Polars frame; pandas has no whole numbers or truth values beside missing ones.
    assert_pandas_equal(expected.transform(frame), expected.transform(table))


@settings(max_examples=15, deadline=None)
@given(TABLES, st.lists(st.one_of(KEEPING, CHANGING), min_size=1, max_size=5))
def test_a_recipe_survives_its_file(tmp_path_factory, rows, chosen):
    _, recipe = shown(table_of(rows), Recipe(steps=tuple(chosen)), tmp_path_factory.getbasetemp())

    assert Recipe.model_validate_json(recipe.text()) == recipe


@THOROUGH
@given(TABLES.filter(len), st.lists(KEEPING, min_size=1, max_size=4))
def test_one_row_alone_becomes_what_it_becomes_among_others(rows, chosen):
    table = table_of(rows)
    try:
        fitted = RecipeTransformer(Recipe(steps=tuple(chosen))).fit(table)
    except InvalidError:
        return

    together = fitted.transform(table)
    alone = pd.concat([fitted.transform(table[index]) for index in range(table.height)], ignore_index=True)

    assert list(together.columns) == list(alone.columns)
    for name in together.columns:
        left, right = together[name].to_list(), alone[name].to_list()
        for one, two in zip(left, right, strict=True):
            same = one == pytest.approx(two, rel=1e-12) if isinstance(two, float) else one == two
            assert same or (pd.isna(one) and pd.isna(two))
