"""A recipe on a real local Spark: the same table as here, with the same learned state."""

import datetime as dt
import os
import sys

import polars as pl
import pytest

from jupyter_mlstudio.core.errors import InvalidError
from jupyter_mlstudio.wrangling import steps
from jupyter_mlstudio.wrangling.recipe import Recipe

pyspark = pytest.importorskip("pyspark")

TABLE = pl.DataFrame(
    {
        "key": [1, 2, 3, 4, 5, 6],
        "number": [1.5, None, -2.0, 0.0, float("inf"), 7.25],
        "count": [3, 0, None, -7, 12, 5],
        "name": ["Ada ", "grace", None, "", "it's", 'quo"te'],
        "kind": ["a", "b", "a", None, "c", "a"],
        "day": [dt.date(2020, 2, 29), None, dt.date(1999, 12, 31), dt.date(2024, 1, 1), dt.date(2021, 7, 4), None],
        "at": [
            dt.datetime(2020, 2, 29, 23, 59, 59),
            dt.datetime(2021, 1, 1),
            None,
            dt.datetime(1999, 6, 1, 5, 15),
            dt.datetime(2022, 3, 27, 2, 30),
            dt.datetime(2024, 1, 1, 12),
        ],
        "flag": [True, None, False, True, False, None],
    },
    schema_overrides={"at": pl.Datetime("us")},
)
FORMULAS = [
    "number / count",
    "count // 2 + count % 3",
    "round(number * 1.55, 1)",
    "max(number, count)",
    'join(upper(name), "-", kind)',
    "length(trim(name))",
    'replace(name, "\'", "+")',
    "part(name, 1, 2)",
    'contains(name, "a") and not flag',
    "if_missing(number, 0) + 1",
    "year(day) * 100 + month(day)",
    "weekday(at) * 24 + hour(at)",
    'kind in ["a", "c"]',
    '"many" if count > 4 else "few"',
    "sqrt(count)",
    "text(count)",
    'at > "2020-01-01 00:00"',
]
RECIPES = {
    **{formula: (steps.DeriveColumn(name="made", formula=formula),) for formula in FORMULAS},
    "fill and scale": (
        steps.FillMissing(columns=("count", "kind"), using="most frequent"),
        steps.ScaleNumbers(columns=("count",)),
    ),
    "filter and drop": (steps.FilterRows(formula="count > 0 or is_missing(count)"), steps.DropColumns(columns=("at",))),
    "sort and keep the first of each": (
        steps.SortRows(by=({"column": "number", "descending": True},)),
        steps.DropDuplicates(columns=("kind",)),
    ),
    "group": (steps.GroupRows(by=("kind",), figures=({"column": "count", "function": "sum"}, {"column": "number"})),),
    "rename and select": (
        steps.RenameColumns(names=({"column": "name", "to": "who it is"},)),
        steps.SelectColumns(columns=("who it is", "key")),
    ),
    "drop missing": (steps.DropMissing(columns=("name", "day")),),
    "several at once": (
        steps.DeriveColumn(name="share", formula="count / (1 + key)"),
        steps.FillMissing(columns=("share",), using="median", mark=True),
        steps.ClipNumbers(columns=("share",)),
        steps.BinNumbers(column="key", name="bin", bins=3),
        steps.OneHotEncode(columns=("kind",)),
        steps.OrdinalEncode(columns=("name",)),
    ),
}


@pytest.fixture(scope="module")
def spark(tmp_path_factory):
    from pyspark.sql import SparkSession

    folder = tmp_path_factory.mktemp("spark")
    os.environ["PYSPARK_PYTHON"] = sys.executable
    session = (
        SparkSession.builder.master("local[1]")
        .config("spark.ui.enabled", "false")
        .config("spark.driver.bindAddress", "127.0.0.1")
        .config("spark.driver.host", "127.0.0.1")
        .config("spark.driver.memory", "1g")
        .config("spark.sql.session.timeZone", "UTC")
        .config("spark.sql.shuffle.partitions", "1")
        .config("spark.sql.warehouse.dir", str(folder))
        .getOrCreate()
    )
    yield session
    session.stop()


@pytest.fixture(scope="module")
def frame(spark, tmp_path_factory):
    path = tmp_path_factory.mktemp("table") / "table.parquet"
    TABLE.write_parquet(path)
    return spark.read.parquet(str(path))


def plain(table: pl.DataFrame) -> list[tuple]:
    def value(cell: object) -> object:
        if isinstance(cell, bool) or cell is None:
            return cell
        return round(float(cell), 9) if isinstance(cell, (int, float)) else cell

    rows = [tuple(value(cell) for cell in row) for row in table.rows()]
    return sorted(rows, key=lambda row: tuple((cell is not None, str(cell)) for cell in row))


@pytest.mark.parametrize("name", RECIPES)
def test_spark_makes_the_same_table(frame, name):
    recipe = Recipe(steps=RECIPES[name]).fit(TABLE)

    made = pl.from_arrow(recipe.run_on_spark(frame).toArrow())

    expected = recipe.run(TABLE)
    assert made.columns == expected.columns
    assert plain(made) == plain(expected)


def test_a_recipe_that_has_not_learned_is_refused(frame):
    with pytest.raises(InvalidError, match="Fit the recipe first"):
        Recipe(steps=(steps.ScaleNumbers(columns=("number",)),)).run_on_spark(frame)
