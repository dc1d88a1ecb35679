"""Arithmetic and functions of numbers."""

import math
from collections.abc import Callable
from typing import TYPE_CHECKING, cast

from jupyter_mlstudio.wrangling.expressions.function import Function, Rule, Usage
from jupyter_mlstudio.wrangling.expressions.nodes import Expr, Lit
from jupyter_mlstudio.wrangling.writing import ATOM, POWER, PRODUCT, SUM, UNARY, Text

if TYPE_CHECKING:
    from jupyter_mlstudio.wrangling.faces.writer import Writer

Number = int | float


def _operator(sign: str, level: int, row: Callable[..., object], *, nan: bool = True, tight: bool = False) -> Function:
    """Make a function of an infix operator; a `tight` one does not mix with its own level at the right."""
    text = f"{{0:{level}}} {sign} {{1:{level + tight}}}"
    return Function(text, text, text, row, nan=nan, level=level, sql_level=level)


def _divided(left: Number, right: Number) -> float | None:
    if right:
        return left / right
    return math.copysign(math.inf, left) * math.copysign(1.0, right) if left else None


def _sql_divided(writer: "Writer", arguments: tuple[Expr, ...]) -> Text:
    """Divide as floating point numbers do, where a database would stop with an error."""
    left, right = (writer.write(each) for each in arguments)
    decimal = writer.dtype(arguments[0]).is_float() or writer.dialect == "duckdb"
    plain = Text(
        f"{left.beside(PRODUCT) if decimal else f'CAST({left.text} AS DOUBLE)'} / {right.beside(UNARY)}", PRODUCT
    )
    if _nonzero(arguments[1]) or writer.dialect == "duckdb":
        return plain
    sign = f"CASE WHEN {left.beside(SUM)} > 0 THEN CAST('Infinity' AS DOUBLE) WHEN {left.beside(SUM)} < 0 "
    sign += "THEN CAST('-Infinity' AS DOUBLE) END"
    return Text(f"CASE WHEN {right.beside(SUM)} = 0 THEN {sign} ELSE {plain.text} END", ATOM)


def _nonzero(expr: Expr) -> bool:
    return isinstance(expr, Lit) and isinstance(expr.value, (int, float)) and expr.value != 0


def _sql_whole(sign: str, decimal: str) -> Rule:
    """Write floor division or its rest; whole numbers stay exact."""

    def sql(writer: "Writer", arguments: tuple[Expr, ...]) -> Text | str:
        if not all(writer.dtype(each).is_integer() for each in arguments):
            return writer.filled(decimal, arguments)
        left, right = (writer.write(each) for each in arguments)
        divisor = right.beside(UNARY) if _nonzero(arguments[1]) else f"nullif({right.text}, 0)"
        rest = f"(({left.beside(UNARY)} % {divisor} + {divisor}) % {divisor})"
        return Text(rest if sign == "%" else f"(({left.beside(SUM)} - {rest}) // {divisor})", ATOM)

    return sql


def _whole(sign: str, sql: str) -> Function:
    """Make floor division or its rest: by 0 there is no result."""

    def polars(writer: "Writer", arguments: tuple[Expr, ...]) -> Text:
        left, right = (writer.write(each) for each in arguments)
        divisor = right.beside(UNARY)
        if not _nonzero(arguments[1]) and writer.dtype(arguments[1]).is_float():
            divisor = f"{right.expression()}.replace(0.0, None)"
        elif isinstance(arguments[1], Lit) and isinstance(arguments[0], Lit):
            divisor = right.argument()
        return Text(f"{left.beside(PRODUCT)} {sign} {divisor}", PRODUCT)

    def pandas(writer: "Writer", arguments: tuple[Expr, ...]) -> Text:
        left, right = (writer.write(each) for each in arguments)
        if _nonzero(arguments[1]):
            return Text(f"{left.beside(PRODUCT)} {sign} {right.beside(UNARY)}", PRODUCT)
        return Text(f"{left.beside(PRODUCT)} {sign} {right.expression()}.replace(0, pd.NA)", PRODUCT)

    def row(left: Number, right: Number) -> Number | None:
        if not right or (isinstance(left, float) and math.isinf(left)):
            return None
        return left // right if sign == "//" else left % right

    return Function(polars, pandas, _sql_whole(sign, sql), row, nan=True, level=PRODUCT)


def _power(left: Number, right: Number) -> Number | None:
    try:
        made = left**right
    except OverflowError:
        return math.inf
    except ZeroDivisionError:
        return math.inf
    return None if isinstance(made, complex) else cast(Number, made)


def _rounded(writer: "Writer", arguments: tuple[Expr, ...]) -> Text:
    number = writer.write(arguments[0])
    if writer.dtype(arguments[0]).is_integer():
        return number
    digits = writer.write(arguments[1]).text if len(arguments) > 1 else "0"
    return Text(f"{number.expression()}.round({digits})", ATOM)


def _sql_rounded(writer: "Writer", arguments: tuple[Expr, ...]) -> Text:
    number = writer.write(arguments[0])
    if writer.dtype(arguments[0]).is_integer():
        return number
    digits = writer.write(arguments[1]).text if len(arguments) > 1 else "0"
    if writer.dialect == "postgres":  # floating point numbers are rounded to whole ones only, halves to the even one
        return Text(f"round({number.beside(PRODUCT)} * 1e{digits}) / 1e{digits}", PRODUCT)
    even = {"duckdb": "round_even", "spark": "bround"}.get(writer.dialect, "round")
    return Text(f"{even}({number.text}, {digits})", ATOM)


def round_half_even(number: Number, digits: int = 0) -> Number:
    """Round as numpy does: halves to the even neighbour, on the number times a power of ten."""
    if isinstance(number, int) or not math.isfinite(number):
        return number
    factor = 10.0**digits
    scaled = number * factor
    return round(scaled) / factor if math.isfinite(scaled) else number


def _log(base: float | None) -> Callable[[Number], float | None]:
    def row(number: Number) -> float | None:
        if number <= 0:
            return -math.inf if number == 0 else None
        return math.log(number) if base is None else math.log10(number)

    return row


def _sqrt(number: Number) -> float | None:
    return math.sqrt(number) if number >= 0 else None


def _exp(number: Number) -> float:
    try:
        return math.exp(number)
    except OverflowError:
        return math.inf


def _whole_number(round_to: Callable[[float], int]) -> Callable[[Number], Number]:
    def row(number: Number) -> Number:
        if isinstance(number, int) or not math.isfinite(number):
            return number
        return float(round_to(number))

    return row


def _numpy(name: str) -> str:
    return f"np.{name}({{0:a}})"


def _across(name: str) -> Callable[["Writer", tuple[Expr, ...]], Text]:
    """Write a figure over several columns of the same row in pandas; values that are missing do not count."""

    def pandas(writer: "Writer", arguments: tuple[Expr, ...]) -> Text:
        columns = ", ".join(writer.series(each) for each in arguments)
        return Text(f"pd.concat([{columns}], axis=1).{name}(axis=1)", ATOM)

    return pandas


def _sql_mean(writer: "Writer", arguments: tuple[Expr, ...]) -> Text:
    given = [writer.write(each) for each in arguments]
    total = " + ".join(f"coalesce(CAST({each.text} AS DOUBLE), 0)" for each in given)
    count = " + ".join(f"CASE WHEN {each.beside(SUM)} IS NULL THEN 0 ELSE 1 END" for each in given)
    return Text(f"({total}) / nullif({count}, 0)", PRODUCT)


def _sql_extreme(name: str, plain: str) -> Callable[["Writer", tuple[Expr, ...]], Text]:
    """Write `least` or `greatest`; where missing values would win, each is replaced by the other."""

    def sql(writer: "Writer", arguments: tuple[Expr, ...]) -> Text:
        given = [writer.write(each).text for each in arguments]
        if writer.dialect in {"bigquery", "snowflake"}:
            rotated = (f"coalesce({', '.join([*given[at:], *given[:at]])})" for at in range(len(given)))
            return Text(f"{name}({', '.join(rotated)})", ATOM)
        return Text(f"{plain}({', '.join(given)})", ATOM)

    return sql


def _mean(*numbers: Number | None) -> float | None:
    given = [number for number in numbers if number is not None]
    return sum(given) / len(given) if given else None


def _extreme(choose: Callable[..., object]) -> Callable[..., object]:
    def row(*values: object) -> object:
        given = [value for value in values if value is not None]
        return choose(given) if given else None

    return row


NUMBERS: dict[str, Function] = {
    "add": _operator("+", SUM, lambda left, right: left + right),
    "subtract": _operator("-", SUM, lambda left, right: left - right, tight=True),
    "multiply": _operator("*", PRODUCT, lambda left, right: left * right),
    "divide": Function(
        f"{{0:{PRODUCT}}} / {{1:{UNARY}}}", f"{{0:{PRODUCT}}} / {{1:{UNARY}}}", _sql_divided, _divided,
        nan=True, level=PRODUCT,
    ),
    "floor_divide": _whole("//", "floor({0:a} / nullif({1:a}, 0))"),
    "modulo": _whole("%", "({0} - nullif({1:a}, 0) * floor({0:a} / nullif({1:a}, 0)))"),
    "power": Function(
        f"{{0:{ATOM}}} ** {{1:{POWER}}}", f"{{0:{ATOM}}} ** {{1:{POWER}}}", "power({0:a}, {1:a})", _power,
        nan=True, level=POWER,
    ),
    "negative": Function(
        f"-{{0:{UNARY}}}", f"-{{0:{UNARY}}}", f"-{{0:{ATOM}}}", lambda number: -number, level=UNARY, sql_level=UNARY
    ),
    "abs": Function("{0}.abs()", "{0}.abs()", "abs({0:a})", abs, Usage(1, 1, "abs(delay)")),
    "floor": Function(
        "{0}.floor()", _numpy("floor"), "floor({0:a})", _whole_number(math.floor), Usage(1, 1, "floor(distance)")
    ),
    "ceil": Function(
        "{0}.ceil()", _numpy("ceil"), "ceil({0:a})", _whole_number(math.ceil), Usage(1, 1, "ceil(distance)")
    ),
    "sqrt": Function(
        "{0}.sqrt()", _numpy("sqrt"), "CASE WHEN {0} >= 0 THEN sqrt({0:a}) END", _sqrt,
        Usage(1, 1, "sqrt(distance)"), nan=True,
    ),
    "exp": Function("{0}.exp()", _numpy("exp"), "exp({0:a})", _exp, Usage(1, 1, "exp(score)")),
    "log": Function(
        "{0}.log()", _numpy("log"),
        "CASE WHEN {0} > 0 THEN ln({0:a}) WHEN {0} = 0 THEN CAST('-Infinity' AS DOUBLE) END", _log(None),
        Usage(1, 1, "log(distance)"), nan=True,
    ),
    "log10": Function(
        "{0}.log10()", _numpy("log10"),
        "CASE WHEN {0} > 0 THEN log10({0:a}) WHEN {0} = 0 THEN CAST('-Infinity' AS DOUBLE) END", _log(10),
        Usage(1, 1, "log10(distance)"), nan=True,
    ),
    "round": Function(_rounded, _rounded, _sql_rounded, round_half_even, Usage(1, 2, "round(distance, 1)", 1)),
    "min": Function(
        "pl.min_horizontal({all})", _across("min"), _sql_extreme("least", "least"), _extreme(min),
        Usage(2, 20, "min(delay, 60)"), nullable=True,
    ),
    "max": Function(
        "pl.max_horizontal({all})", _across("max"), _sql_extreme("greatest", "greatest"), _extreme(max),
        Usage(2, 20, "max(delay, 0)"), nullable=True,
    ),
    "mean": Function(
        "pl.mean_horizontal({all})", _across("mean"), _sql_mean, _mean, Usage(2, 20, "mean(first, second)"),
        nullable=True, nan=True,
    ),
    "clip": Function(
        "{0}.clip({1:c}, {2:c})", "{0}.clip({1:c}, {2:c})",
        "CASE WHEN {0} < {1:c} THEN {1:c} WHEN {0} > {2:c} THEN {2:c} ELSE {0} END",
        lambda number, low, high: min(max(number, low), high),
    ),
    "clip_low": Function(
        "{0}.clip({1:c})", "{0}.clip({1:c})", "CASE WHEN {0} < {1:c} THEN {1:c} ELSE {0} END", max
    ),
    "clip_high": Function(
        "{0}.clip(upper_bound={1:c})", "{0}.clip(upper={1:c})", "CASE WHEN {0} > {1:c} THEN {1:c} ELSE {0} END", min
    ),
}  # fmt: skip
