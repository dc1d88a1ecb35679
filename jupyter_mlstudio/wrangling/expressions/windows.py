"""Functions over rows beside a row: before, after, around it, or in the same group."""

from typing import TYPE_CHECKING

from jupyter_mlstudio.wrangling.expressions.function import Rule
from jupyter_mlstudio.wrangling.expressions.nodes import Expr
from jupyter_mlstudio.wrangling.expressions.running import RUNNING
from jupyter_mlstudio.wrangling.expressions.window import Window, rows_of
from jupyter_mlstudio.wrangling.writing import quote

if TYPE_CHECKING:
    from jupyter_mlstudio.wrangling.faces.writer import Writer


def _positions(writer: "Writer", _: tuple[Expr, ...]) -> str:
    rows, groups = rows_of(writer)
    if groups:
        return f'{rows}.cumcount().astype("Int64")'
    return f"pd.Series(np.arange(len(df)), index={rows}.index)"


def _sizes(writer: "Writer", _: tuple[Expr, ...]) -> str:
    rows, groups = rows_of(writer)
    return f'{rows}[{quote(groups[0])}].transform("size").astype("Int64")' if groups else "len(df)"


def _over(figure: str) -> Rule:
    """Write a figure of a group beside each of its rows; without groups it is one value."""

    def pandas(writer: "Writer", arguments: tuple[Expr, ...]) -> str:
        column = writer.write(arguments[0]).expression()
        return f'{column}.transform("{figure}")' if rows_of(writer)[1] else f"{column}.{figure}()"

    return pandas


def _sum(writer: "Writer", arguments: tuple[Expr, ...]) -> str:
    total = f"coalesce(sum({writer.write(arguments[0]).text}) {{over}}, 0)"
    return f"CAST({total} AS BIGINT)" if writer.dtype(arguments[0]).is_integer() else total


WINDOWS: dict[str, Window] = {
    "row_number": Window("pl.int_range(pl.len())", _positions, "row_number() {{over}} - 1"),
    "rows": Window("pl.len().cast(pl.Int64)", _sizes, "count(*)", ordered=False),
    "min": Window("{0}.min()", _over("min"), "min({0:a})", ordered=False),
    "max": Window("{0}.max()", _over("max"), "max({0:a})", ordered=False),
    "sum": Window("{0}.sum()", _over("sum"), _sum, ordered=False),
    "mean": Window("{0}.mean()", _over("mean"), "avg({0:a})", ordered=False),
    "median": Window("{0}.median()", _over("median"), "median({0:a})", ordered=False),
    "std": Window("{0}.std()", _over("std"), "stddev_samp({0:a})", ordered=False),
    "count": Window("{0}.count().cast(pl.Int64)", _over("count"), "count({0:a})", ordered=False),
    **RUNNING,
}  # fmt: skip
