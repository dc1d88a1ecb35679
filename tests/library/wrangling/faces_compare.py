"""Whether all faces of a recipe agree: what ran, the written Polars, pandas and SQL, the transformer, one row of it."""

import datetime as dt
import math
import warnings
from pathlib import Path

import duckdb
import pandas as pd
import polars as pl
import pytest

from jupyter_mlstudio.core.errors import InvalidError
from jupyter_mlstudio.wrangling.code import pandas_program, program, query
from jupyter_mlstudio.wrangling.execute import Stage, stages
from jupyter_mlstudio.wrangling.faces import rows
from jupyter_mlstudio.wrangling.faces.queries import needs_order
from jupyter_mlstudio.wrangling.recipe import Recipe
from jupyter_mlstudio.wrangling.sources import Files, framed
from jupyter_mlstudio.wrangling.step import Step
from jupyter_mlstudio.wrangling.transformer import RecipeTransformer

ALL = frozenset({"polars", "pandas", "sql", "transformer", "row"})
_PANDAS = {"text": "string", "boolean": "boolean"}


def agree(table: pl.DataFrame, *chosen: Step, folder: Path | None = None) -> set[str]:
    """Compare all faces that the steps have, and return which those were; none if the steps do not fit the table."""
    recipe, files = Recipe(steps=chosen), Files(folder or Path.cwd())
    head = framed("table", table)
    try:
        made = stages(recipe, head, files.text)[1:]
        expected = made[-1].table.collect()
    except InvalidError:
        return set()
    seen = {"polars"}
    space: dict[str, object] = {"table": table}
    exec(program(head, made, "result"), space)
    same(space["result"], expected, "polars")
    for face, result in (("pandas", _pandas), ("sql", _sql)):
        try:
            got = result(head, made, files, table)
        except InvalidError as error:
            if error.code != "no_face":
                raise
            continue
        if face == "sql" and not any(needs_order(stage.change) for stage in made):
            got, wanted = ordered(got), ordered(expected)  # a query promises no order then
            same(got, wanted, face)
        else:
            same(got, expected, face)
        seen.add(face)
    if all(stage.step.kind in {"row", "fit"} for stage in made) and not _crossfitted(made):
        _transformed(Recipe(steps=tuple(stage.step for stage in made)), table, expected)
        seen.add("transformer")
        if _one_by_one(made, table, expected):
            seen.add("row")
    return seen


def ordered(table: pl.DataFrame) -> pl.DataFrame:
    """Bring the rows into an order that does not depend on the types of an engine."""

    def key(row: tuple[object, ...]) -> list[tuple[bool, str]]:
        texts = (f"{value:.6g}" if isinstance(value, (int, float)) else str(value) for value in row)
        return [(value is None or _nan(value), text) for value, text in zip(row, texts, strict=True)]

    rows = table.rows()
    return table[sorted(range(len(rows)), key=lambda place: key(rows[place]))]


def _crossfitted(made: list[Stage]) -> bool:
    """Tell whether a step learns from what another has encoded out of fold: that only the transformer does."""
    first = next((number for number, stage in enumerate(made) if stage.step.targets()), len(made))
    return any(stage.step.learns() for stage in made[first + 1 :])


def _pandas(head, made: list[Stage], files: Files, table: pl.DataFrame) -> pl.DataFrame:
    text = pandas_program(head._replace(pandas=("typed",)), made, files, "result")
    space: dict[str, object] = {"typed": nullable(table)}
    try:
        with warnings.catch_warnings():  # numpy warns of logarithms of 0, which are what is wanted
            warnings.simplefilter("ignore", RuntimeWarning)
            exec(text, space)
    except Exception as error:
        raise AssertionError(text) from error
    return space["result"]


def nullable(table: pl.DataFrame) -> pd.DataFrame:
    """Make a pandas frame with the types that the written pandas works on."""
    columns = {}
    for column in table.fill_nan(None):
        dtype, values = column.dtype, column.to_list()
        if dtype.is_integer():
            columns[column.name] = pd.Series(values, dtype="Int64")
        elif dtype.is_numeric():
            columns[column.name] = pd.Series(values, dtype="Float64")
        elif isinstance(dtype, (pl.String, pl.Categorical, pl.Enum)):
            columns[column.name] = pd.Series(values, dtype="string")
        elif isinstance(dtype, pl.Boolean):
            columns[column.name] = pd.Series(values, dtype="boolean")
        elif isinstance(dtype, pl.Datetime):
            zone = f", {dtype.time_zone}" if dtype.time_zone else ""
            columns[column.name] = pd.Series(values, dtype=f"datetime64[us{zone}]")
        elif isinstance(dtype, pl.Date):
            columns[column.name] = pd.Series(values, dtype="datetime64[us]")
        elif isinstance(dtype, pl.Duration):
            columns[column.name] = pd.Series(values, dtype="timedelta64[us]")
        else:
            columns[column.name] = pd.Series(values, dtype="object")
    return pd.DataFrame(columns)


def _sql(head, made: list[Stage], files: Files, table: pl.DataFrame) -> pl.DataFrame:
    text = query(head, made, files)
    with duckdb.connect() as connection:
        connection.execute("SET TimeZone='UTC'")
        connection.register("table", table.fill_nan(None).to_arrow(compat_level=pl.CompatLevel.oldest()))
        try:
            found = connection.sql(text)
            return pl.from_arrow(found.to_arrow_table())
        except duckdb.Error as error:
            raise AssertionError(text) from error


def _transformed(recipe: Recipe, table: pl.DataFrame, expected: pl.DataFrame) -> None:
    fitted = RecipeTransformer(recipe).fit(table)
    same(fitted.transform(table), expected, "transformer")


def _one_by_one(made: list[Stage], table: pl.DataFrame, expected: pl.DataFrame) -> bool:
    try:
        function = rows.compiled([stage.change for stage in made])
    except (InvalidError, KeyError):
        return False
    alone = [function(row) for row in table.fill_nan(None).iter_rows(named=True)]
    for number, (got, wanted) in enumerate(zip(alone, expected.iter_rows(named=True), strict=True)):
        assert list(got) == list(wanted)
        for name, value in wanted.items():
            assert alike(got[name], value), f"row {number}, {name}: {got[name]!r} instead of {value!r}"
    return True


def same(got: object, expected: pl.DataFrame, face: str) -> None:
    """Compare a result of any engine with the Polars frame, value by value; integers may be wider or floats."""
    names = list(got.columns)
    assert names == expected.columns, face
    for name in names:
        left, right = values_of(got[name]), values_of(expected[name])
        assert len(left) == len(right), f"{face}: {len(left)} rows instead of {len(right)}"
        for number, (one, two) in enumerate(zip(left, right, strict=True)):
            assert alike(one, two), f"{face}, {name}, row {number}: {one!r} instead of {two!r}\n{left}\n{right}"


def values_of(column: pl.Series | pd.Series) -> list[object]:
    """Return the plain values of a column, None where there is none."""
    if isinstance(column, pl.Series):
        return [None if _nan(value) else value for value in column.to_list()]
    return [None if value is pd.NaT or value is pd.NA or _nan(value) else _plain(value) for value in column.tolist()]


def _nan(value: object) -> bool:
    return isinstance(value, float) and math.isnan(value)


def _plain(value: object) -> object:
    return value.to_pydatetime() if isinstance(value, pd.Timestamp) else value


def alike(one: object, two: object) -> bool:
    """Tell whether two values mean the same."""
    if one is None or two is None:
        return one is two
    if isinstance(one, str) or isinstance(two, str):
        return one == two
    if isinstance(two, dt.date) and not isinstance(two, dt.datetime) and isinstance(one, dt.datetime):
        return one == dt.datetime.combine(two, dt.time())
    if isinstance(one, (bool, int, float)) and isinstance(two, (bool, int, float)):
        return one == two or one == pytest.approx(two, rel=1e-9, abs=1e-12)
    return one == two
