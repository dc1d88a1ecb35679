"""Functions over the rows before a row, and ranks.

In pandas, rolling figures take infinite numbers for missing, and a rolling deviation is less exact where numbers of
very different size follow one another.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING

from jupyter_mlstudio.wrangling.expressions.function import Rule, constant
from jupyter_mlstudio.wrangling.expressions.nodes import Expr
from jupyter_mlstudio.wrangling.expressions.window import Window, rows_of
from jupyter_mlstudio.wrangling.writing import quote

if TYPE_CHECKING:
    from jupyter_mlstudio.wrangling.faces.writer import Writer

_SO_FAR = "ROWS UNBOUNDED PRECEDING"


def _rolled(figure: str, least: int, result: str) -> Rule:
    """Write a rolling figure; that of groups comes with their keys in the index, before the row's own."""

    def pandas(writer: "Writer", arguments: tuple[Expr, ...]) -> str:
        subject, groups = writer.write(arguments[0]).expression(), rows_of(writer)[1]
        integer = writer.dtype(arguments[0]).is_integer()
        keys = f".droplevel({0 if len(groups) == 1 else list(range(len(groups)))})" if groups else ""
        made = f"{subject}.rolling({constant(arguments, 1)}, min_periods={least}).{figure}(){keys}"
        return f'{made}.astype("{result or ("Int64" if integer else "Float64")}")'

    return pandas


def _counted(writer: "Writer", arguments: tuple[Expr, ...]) -> str:
    """Write the count of values so far in pandas; whether a value is there is grouped by the keys of the rows."""
    rows, groups = rows_of(writer)
    subject = writer.write(arguments[0]).expression()
    if not groups:
        return f'{subject}.notna().cumsum().astype("Int64")'
    subject = subject.replace(rows, rows.rpartition(".groupby(")[0], 1)
    keys = ", ".join(f"df[{quote(name)}]" for name in groups)
    return f'{subject}.notna().astype("Int64").groupby([{keys}], dropna=False, sort=False).cumsum()'


def _whole(template: str) -> Rule:
    """Write a sum in SQL; of whole numbers it is one of the ordinary size."""

    def sql(writer: "Writer", arguments: tuple[Expr, ...]) -> str:
        made = template.replace("{0}", writer.write(arguments[0]).text)
        return f"CAST({made} AS BIGINT)" if writer.dtype(arguments[0]).is_integer() else made

    return sql


def _last(rows: int) -> str:
    return f"ROWS BETWEEN {rows - 1} PRECEDING AND CURRENT ROW"


def _rolling(figure: str, sql: str, *, least: int = 1, result: str = "") -> Window:
    return Window(
        f"{{0}}.rolling_{figure}({{1:c}}, min_samples={least})",
        _rolled(figure, least, result),
        _whole(f"{sql}({{0}}) {{over}}") if figure in {"sum", "min", "max"} else f"{sql}({{0:a}}) {{{{over}}}}",
        _last,
    )


def _so_far(polars: str, pandas: str, sql: str) -> Window:
    """Make a figure of all rows up to one; where the value itself is missing, so is the figure."""
    return Window(
        f"{{0}}.{polars}()", f"{{0}}.{pandas}()",
        _whole(f"CASE WHEN {{0}} IS NOT NULL THEN {sql}({{0}}) {{over}} END"), _SO_FAR,
    )  # fmt: skip


def _rank(function: str, method: str, *, falling: bool) -> Window:
    order = "{0:a} DESC" if falling else "{0:a}"
    ascending = ", ascending=False" if falling else ""
    return Window(
        f'{{0}}.rank("{method}"{", descending=True" if falling else ""}).cast(pl.Int64)',
        f'{{0}}.rank(method="{method}"{ascending}).astype("Int64")',
        f"CASE WHEN {{0}} IS NOT NULL THEN {function}() OVER ({{{{partition}}}}ORDER BY {order} NULLS LAST) END",
        ordered=False,
    )


def _filled(polars: str, pandas: str, sql: str, frame: Callable[..., str]) -> Window:
    """Make a fill from a neighbour, over at most some rows if there is an option."""

    def limited(argument: str) -> Rule:
        def write(writer: "Writer", arguments: tuple[Expr, ...]) -> str:
            limit = f"{argument}{constant(arguments, 1)}" if len(arguments) > 1 else ""
            method = polars if writer.face == "polars" else pandas
            return f"{writer.write(arguments[0]).expression()}.{method}({limit})"

        return write

    return Window(limited("limit="), limited("limit="), f"{sql}({{0:a}} IGNORE NULLS)", frame)


def _reaching(begin: str) -> Callable[..., str]:
    def frame(limit: int | None = None) -> str:
        reach = "UNBOUNDED" if limit is None else str(limit)
        before = f"ROWS BETWEEN {reach} PRECEDING AND CURRENT ROW"
        return before if begin == "before" else f"ROWS BETWEEN CURRENT ROW AND {reach} FOLLOWING"

    return frame


RUNNING: dict[str, Window] = {
    "forward_fill": _filled("forward_fill", "ffill", "last_value", _reaching("before")),
    "backward_fill": _filled("backward_fill", "bfill", "first_value", _reaching("after")),
    "lag": Window("{0}.shift({1:c})", "{0}.shift({1:c})", "lag({0:a}, {1:c})"),
    "lead": Window("{0}.shift(-{1:c})", "{0}.shift(-{1:c})", "lead({0:a}, {1:c})"),
    "rolling_mean": _rolling("mean", "avg", result="Float64"),
    "rolling_sum": _rolling("sum", "sum"),
    "rolling_min": _rolling("min", "min"),
    "rolling_max": _rolling("max", "max"),
    "rolling_std": _rolling("std", "stddev_samp", least=2, result="Float64"),
    "running_sum": _so_far("cum_sum", "cumsum", "sum"),
    "running_min": _so_far("cum_min", "cummin", "min"),
    "running_max": _so_far("cum_max", "cummax", "max"),
    "running_count": Window("{0}.cum_count().cast(pl.Int64)", _counted, "count({0:a})", _SO_FAR),
    "rank": _rank("rank", "min", falling=False),
    "rank_falling": _rank("rank", "min", falling=True),
    "dense_rank": _rank("dense_rank", "dense", falling=False),
    "dense_rank_falling": _rank("dense_rank", "dense", falling=True),
}
