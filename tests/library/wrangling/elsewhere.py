"""A table, recipes on it, and a plain form of results: what other engines have to agree on."""

import datetime as dt
from decimal import Decimal

import polars as pl

from jupyter_mlstudio.wrangling import steps

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


def plain(table: pl.DataFrame) -> list[tuple]:
    def value(cell: object) -> object:
        if isinstance(cell, bool) or cell is None:
            return cell
        return round(float(cell), 9) if isinstance(cell, (int, float, Decimal)) else cell

    rows = [tuple(value(cell) for cell in row) for row in table.rows()]
    return sorted(rows, key=lambda row: tuple((cell is not None, str(cell)) for cell in row))
