"""Functions of numbers that steps need and formulas may use: signs, logarithms beside 0, digits, what is finite."""

import math

from jupyter_mlstudio.wrangling.expressions.function import Function, Usage

Number = int | float


def _sign(number: Number) -> float:
    return float((number > 0) - (number < 0))


def _log1p(number: Number) -> float | None:
    if number <= -1:
        return -math.inf if number == -1 else None
    return math.log1p(number)


_INFINITY = "CAST('Infinity' AS DOUBLE)"
_SQL_LOG1P = (  # what 1 + x has lost of a small x is put back
    f"CASE WHEN {{0}} = {_INFINITY} OR 1 + {{0}} = 1 THEN CAST({{0:a}} AS DOUBLE) "
    "WHEN {0} > -1 THEN ln(1 + {0}) * ({0} / ((1 + {0}) - 1)) "
    "WHEN {0} = -1 THEN CAST('-Infinity' AS DOUBLE) END"
)

CURVES: dict[str, Function] = {
    "widened": Function(
        "{0}.cast(pl.Float64)", '{0}.astype("Float64")', "CAST({0:a} AS DOUBLE)", float,
    ),
    "whole": Function(
        "{0}.cast(pl.Int64)", '{0}.astype("Int64")', "CAST({0:a} AS BIGINT)", int,
    ),
    "sign": Function(
        "{0}.sign().cast(pl.Float64)", 'np.sign({0:a}).astype("Float64")', "CAST(sign({0:a}) AS DOUBLE)", _sign,
        Usage(1, 1, "sign(balance)"),
    ),
    "log1p": Function(
        "{0}.log1p()", "np.log1p({0:a})", _SQL_LOG1P, _log1p, Usage(1, 1, "log1p(count)"), nan=True
    ),
    "is_infinite": Function(
        "{0}.is_infinite()", '({0}.abs() == np.inf)', f"abs({{0:a}}) = {_INFINITY}", lambda number: math.isinf(number),
        Usage(1, 1, "is_infinite(rate)"),
    ),
}  # fmt: skip
