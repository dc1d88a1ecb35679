"""Comparisons, truth values, missing values and changes of type."""

import math
import re
from collections.abc import Callable
from datetime import date, datetime
from typing import TYPE_CHECKING

from jupyter_mlstudio.wrangling.expressions.function import Function, Usage
from jupyter_mlstudio.wrangling.expressions.nodes import Expr, Lit
from jupyter_mlstudio.wrangling.writing import AND, ATOM, COMPARE, OR, UNARY, Text, role_of

if TYPE_CHECKING:
    from jupyter_mlstudio.wrangling.faces.writer import Writer

_INTEGER = re.compile(r"[+-]?[0-9]+")
_NUMBER = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?|[+-]?(?:inf|infinity)", re.IGNORECASE)
_LARGEST = 2**63
_SQL_INTEGER = "regexp_full_match({0:a}, '[+-]?[0-9]+')"


def _compared(sign: str) -> Callable[["Writer", tuple[Expr, ...]], Text]:
    """Write a comparison in pandas, which takes a missing date for one that differs."""

    def pandas(writer: "Writer", arguments: tuple[Expr, ...]) -> Text:
        left, right = (writer.write(each) for each in arguments)
        plain = Text(f"{left.beside(OR)} {sign} {right.beside(OR)}", COMPARE)
        if not any(writer.dtype(each).is_temporal() for each in arguments):
            return plain
        missing = " | ".join(
            f"{text.expression()}.isna()"
            for text, each in zip((left, right), arguments, strict=True)
            if not isinstance(each, Lit)
        )
        return Text(f'({plain.text}).astype("boolean").mask({missing})', ATOM)

    return pandas


def _comparison(sign: str, row: Callable[..., object], sql: str = "") -> Function:
    text = f"{{0:{OR}}} {sign} {{1:{OR}}}"
    return Function(text, _compared(sign), text.replace(sign, sql or sign), row, level=COMPARE, sql_level=COMPARE)


def _and(*values: object) -> object:
    if any(value is False for value in values):
        return False
    return None if any(value is None for value in values) else True


def _or(*values: object) -> object:
    if any(value is True for value in values):
        return True
    return None if any(value is None for value in values) else False


def _is_in(writer: "Writer", arguments: tuple[Expr, ...]) -> Text:
    """Write a membership; in SQL as `IN`."""
    subject, *items = (writer.write(each) for each in arguments)
    texts = ", ".join(item.text for item in items)
    if writer.face == "sql":
        return Text(f"{subject.beside(ATOM)} IN ({texts})", COMPARE)
    if writer.face == "polars":
        return Text(f"{subject.expression()}.is_in([{texts}])", ATOM)
    # pandas takes a missing value for one that is not in the list
    return Text(f'{subject.expression()}.isin([{texts}]).astype("boolean").mask({subject.expression()}.isna())', ATOM)


def _cast(to: str) -> Callable[["Writer", tuple[Expr, ...]], Text | str]:
    def write(writer: "Writer", arguments: tuple[Expr, ...]) -> Text | str:
        role = role_of(writer.dtype(arguments[0]))
        own = _CASTS[to].get(writer.dialect, {}) if writer.face == "sql" else {}
        template = own.get(role) or _CASTS[to][writer.face].get(role) or _CASTS[to][writer.face]["other"]
        return writer.filled(template, arguments)

    return write


_POLARS = {"integer": "pl.Int64", "number": "pl.Float64", "text": "pl.String"}
_MOMENT = "%Y-%m-%d %H:%M:%S.%f"
_POSTGRES_NUMBER = (
    "CASE WHEN regexp_matches({0:a}, '^[+-]?([0-9]+[.]?[0-9]*|[.][0-9]+)([eE][+-]?[0-9]+)?$') "
    "THEN CAST({0:a} AS DOUBLE) END"
)
_POSTGRES_INTEGER = "CASE WHEN regexp_matches({0:a}, '^[+-]?[0-9]{{1,18}}$') THEN CAST({0:a} AS BIGINT) END"
_CASTS: dict[str, dict[str, dict[str, str]]] = {
    "integer": {
        "polars": {"other": "{0}.cast(pl.Int64, strict=False)"},
        "pandas": {
            "text": 'pd.to_numeric({0}.where({0}.str.fullmatch(r"[+-]?[0-9]+")), errors="coerce").astype("Int64")',
            "number": 'np.trunc({0}.where({0}.abs() < 2**63)).astype("Int64")',
            "other": '{0}.astype("Int64")',
        },
        "sql": {
            "text": f"CASE WHEN {_SQL_INTEGER} THEN TRY_CAST({{0:a}} AS BIGINT) END",
            "number": "CASE WHEN abs({0:a}) < 9223372036854775808 THEN CAST(trunc({0:a}) AS BIGINT) END",
            "other": "CAST({0:a} AS BIGINT)",
        },
        "postgres": {"text": _POSTGRES_INTEGER},
    },
    "number": {
        "polars": {"other": "{0}.cast(pl.Float64, strict=False)"},
        "pandas": {
            "text": 'pd.to_numeric({0}, errors="coerce").astype("Float64")',
            "other": '{0}.astype("Float64")',
        },
        "sql": {"text": "TRY_CAST({0:a} AS DOUBLE)", "other": "CAST({0:a} AS DOUBLE)"},
        "postgres": {"text": _POSTGRES_NUMBER},
    },
    "text": {
        "polars": {"other": "{0}.cast(pl.String)"},
        "pandas": {
            "boolean": '{0}.astype("string").str.lower()',
            "date": '{0}.dt.strftime("%Y-%m-%d").astype("string")',
            "datetime": f'{{0}}.dt.strftime("{_MOMENT}").astype("string")',
            "other": '{0}.astype("string")',
        },
        "sql": {
            "datetime": f"strftime({{0:a}}, '{_MOMENT}')",
            "other": "CAST({0:a} AS VARCHAR)",
        },
    },
}


def to_integer(value: object) -> int | None:
    """Turn a value into a whole number, if it is one."""
    if isinstance(value, str):
        made = int(value) if _INTEGER.fullmatch(value) else None
        return made if made is not None and -_LARGEST <= made < _LARGEST else None
    if isinstance(value, float) and not math.isfinite(value):
        return None
    made = int(value)  # type: ignore[call-overload]  # a number or a truth value
    return made if -_LARGEST <= made < _LARGEST else None


def to_number(value: object) -> float | None:
    """Turn a value into a decimal number, if it is one."""
    if isinstance(value, str):
        return float(value) if _NUMBER.fullmatch(value) else None
    return float(value)  # type: ignore[arg-type]  # a number or a truth value


def text_of(value: object) -> str:
    """Write a value as Polars casts it to text."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, datetime):
        return value.strftime(_MOMENT)
    return value.isoformat() if isinstance(value, date) else str(value)


def _if_missing_pandas(writer: "Writer", arguments: tuple[Expr, ...]) -> Text:
    first, second = (writer.write(each) for each in arguments)
    whole, other = (writer.dtype(each) for each in arguments)
    widened = '.astype("Float64")' if whole.is_integer() and other.is_float() else ""
    return Text(f"{first.expression()}{widened}.fillna({second.text})", ATOM)


LOGIC: dict[str, Function] = {
    "eq": _comparison("==", lambda left, right: left == right, "="),
    "ne": _comparison("!=", lambda left, right: left != right, "<>"),
    "lt": _comparison("<", lambda left, right: left < right),
    "le": _comparison("<=", lambda left, right: left <= right),
    "gt": _comparison(">", lambda left, right: left > right),
    "ge": _comparison(">=", lambda left, right: left >= right),
    "and": Function(
        f"{{0:{AND}}} & {{1:{AND + 1}}}", f"{{0:{AND}}} & {{1:{AND + 1}}}", "{0} AND {1}", _and,
        nullable=True, level=AND, sql_level=COMPARE,
    ),
    "or": Function(
        f"{{0:{OR}}} | {{1:{OR + 1}}}", f"{{0:{OR}}} | {{1:{OR + 1}}}", "{0} OR {1}", _or,
        nullable=True, level=OR, sql_level=COMPARE,
    ),
    "not": Function(
        f"~{{0:{UNARY}}}", f"~{{0:{UNARY}}}", "NOT {0}", lambda value: not value, level=UNARY, sql_level=COMPARE
    ),
    "is_in": Function(_is_in, _is_in, _is_in, lambda value, *items: value in items),
    "is_missing": Function(
        "{0}.is_null()", "{0}.isna()", "{0} IS NULL", lambda value: value is None, Usage(1, 1, "is_missing(delay)"),
        nullable=True, sql_level=COMPARE,
    ),
    "is_present": Function(
        "{0}.is_not_null()", "{0}.notna()", "{0} IS NOT NULL", lambda value: value is not None, nullable=True,
        sql_level=COMPARE,
    ),
    "same": Function(
        "{0}.eq_missing({1:c})", '{0}.eq({1:a}).fillna(False)', "{0} IS NOT DISTINCT FROM {1}",
        lambda left, right: left == right, nullable=True, sql_level=COMPARE,
    ),
    "if_missing": Function(
        "{0}.fill_null({1:c})", _if_missing_pandas, "coalesce({0:a}, {1:a})",
        lambda value, other: other if value is None else value, Usage(2, 2, "if_missing(delay, 0)"), nullable=True,
    ),
    "not_nan": Function(
        "{0}.fill_nan(None)", lambda writer, arguments: writer.write(arguments[0]),
        "nullif({0:a}, CAST('NaN' AS DOUBLE))", lambda value: value,
    ),
    "wide": Function(
        "{0}.cast(pl.Int64)", '{0}.astype("Int64")', "CAST({0:a} AS BIGINT)", lambda value: value
    ),
    "none_if": Function(
        "{0}.replace({1:c}, None)", "{0}.replace({1:c}, pd.NA)", "nullif({0:a}, {1:a})",
        lambda value, other: None if value == other else value,
    ),
    "indicator": Function(
        "{0}.cast(pl.Int8)", '{0}.astype("Int8")', "CASE WHEN {0:a} THEN 1 WHEN NOT {0} THEN 0 END",
        lambda value: int(bool(value))
    ),
    "integer": Function(
        _cast("integer"), _cast("integer"), _cast("integer"), to_integer, Usage(1, 1, "integer(code)")
    ),
    "number": Function(
        _cast("number"), _cast("number"), _cast("number"), to_number, Usage(1, 1, "number(code)"), nan=True
    ),
    "text": Function(_cast("text"), _cast("text"), _cast("text"), text_of, Usage(1, 1, "text(flight)")),
}  # fmt: skip
