"""Functions over rows beside a row: before, after, around it, or in the same group."""

from typing import NamedTuple

from jupyter_mlstudio.wrangling.expressions.function import Template


class Window(NamedTuple):
    """One function over other rows, on each face that can write it.

    In SQL `{0}` is the argument, `{1:c}` the first option; the writer adds `OVER` with partition and order.
    In pandas the writer gives the argument already grouped by `by`.
    """

    polars: Template
    pandas: Template
    sql: str
    frame: str = ""
    """The SQL frame, if not that of the order."""
    ordered: bool = True
    """Whether the result depends on the order of the rows."""


WINDOWS: dict[str, Window] = {
    "row_number": Window("pl.int_range(pl.len())", "np.arange(len(df))", "row_number() - 1"),
    "forward_fill": Window(
        "{0}.forward_fill()", "{0}.ffill()", "last_value({0:a} IGNORE NULLS)", "ROWS UNBOUNDED PRECEDING"
    ),
    "backward_fill": Window(
        "{0}.backward_fill()", "{0}.bfill()", "first_value({0:a} IGNORE NULLS)",
        "ROWS BETWEEN CURRENT ROW AND UNBOUNDED FOLLOWING",
    ),
    "lag": Window("{0}.shift({1:c})", "{0}.shift({1:c})", "lag({0:a}, {1:c})"),
    "sum": Window("{0}.sum()", '{0}.transform("sum")', "sum({0:a})", ordered=False),
    "mean": Window("{0}.mean()", '{0}.transform("mean")', "avg({0:a})", ordered=False),
}  # fmt: skip
