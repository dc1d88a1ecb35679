"""Chance without random numbers: the same on every face, on every machine, and for the same rows."""

from hashlib import sha256
from typing import TYPE_CHECKING, Any

from jupyter_mlstudio.wrangling.expressions.function import Function, constant
from jupyter_mlstudio.wrangling.expressions.nodes import Expr
from jupyter_mlstudio.wrangling.writing import ATOM, PRODUCT, Text

if TYPE_CHECKING:
    from jupyter_mlstudio.wrangling.faces.writer import Writer

PRIME = 2**31 - 1
_FACTORS = 2**27
_SHIFTS = 2**29
_DIGITS = 14
_PIECES = 6


def factors(seed: int) -> tuple[int, int, int]:
    """Return what makes one seed's draws differ from another's; all products stay below 2 to the 63rd.

    A polynomial of the fourth degree over a prime field: any five rows' draws are independent of one another.
    """
    digest = sha256(str(seed).encode()).digest()
    first, second, third = (int.from_bytes(digest[at : at + 8]) for at in (0, 8, 16))
    return _FACTORS // 2 + first % (_FACTORS // 2), second % PRIME, third % _SHIFTS


def draw(number: Any, seed: int) -> Any:  # a number, or a column of numbers
    """Return a number from 0 up to 1 for a row's number."""
    factor, first, second = factors(seed)
    inner = ((number * factor + first) % PRIME) ** 2 % PRIME + second
    return inner**2 % PRIME / PRIME


def hexadecimal(text: str) -> str:
    """Return the bytes of a text in hexadecimal digits."""
    return text.encode().hex()


def bucket(raw: str, buckets: int) -> int:
    """Return which of some buckets hexadecimal digits fall into: by their number and those of the first 42 bytes."""
    made = len(raw)
    for piece in range(_PIECES):
        made = (made * 31 + int(raw[piece * _DIGITS : (piece + 1) * _DIGITS] or "0", 16)) % PRIME
    return made % buckets


def _whole(arguments: tuple[Expr, ...]) -> int:
    value = constant(arguments, 1)
    assert isinstance(value, int)  # a step's option
    return value


def _draw(writer: "Writer", arguments: tuple[Expr, ...]) -> Text:
    factor, first, second = factors(_whole(arguments))
    number = writer.write(arguments[0]).beside(PRODUCT)
    squared = f"(({number} * {factor} + {first}) % {PRIME}) ** 2 % {PRIME} + {second}"
    return Text(f"({squared}) ** 2 % {PRIME} / {PRIME}", PRODUCT)


def _sql_draw(writer: "Writer", arguments: tuple[Expr, ...]) -> Text:
    """Write squares as products: powers are floating point numbers in databases."""
    factor, first, second = factors(_whole(arguments))
    inner = f"((CAST({writer.write(arguments[0]).text} AS BIGINT) * {factor} + {first}) % {PRIME})"  # rows may be INT
    outer = f"({inner} * {inner} % {PRIME} + {second})"
    return Text(f"CAST({outer} * {outer} % {PRIME} AS DOUBLE) / {PRIME}", PRODUCT)


def _bucket(writer: "Writer", arguments: tuple[Expr, ...]) -> Text:
    raw = writer.write(arguments[0]).expression()
    made = f"{raw}.str.len_chars().cast(pl.Int64)"
    for piece in range(_PIECES):
        part = f"{raw}.str.slice({piece * _DIGITS}, {_DIGITS}).str.to_integer(base=16, strict=False).fill_null(0)"
        made = f"({made} * 31\n + {part}) % {PRIME}"
    return Text(f"{made} % {_whole(arguments)}", PRODUCT)


def _pandas_bucket(writer: "Writer", arguments: tuple[Expr, ...]) -> Text:
    made = "len(raw)"
    for piece in range(_PIECES):
        part = f'int(raw[{piece * _DIGITS}:{(piece + 1) * _DIGITS}] or "0", 16)'
        made = f"({made} * 31 + {part}) % {PRIME}"
    function = f"lambda raw: {made} % {_whole(arguments)}"
    return Text(f'{writer.write(arguments[0]).expression()}.map({function}, na_action="ignore").astype("Int64")', ATOM)


def _sql_bucket(writer: "Writer", arguments: tuple[Expr, ...]) -> Text:
    """Write it with what two databases have: numbers from hexadecimal digits are everybody's own."""
    raw = writer.write(arguments[0]).text
    made = f"length({raw})"
    for piece in range(_PIECES):
        part = _from_hexadecimal(f"substr({raw}, {piece * _DIGITS + 1}, {_DIGITS})", writer.dialect)
        made = f"(({made} * 31 + {part}) % {PRIME})"
    return Text(f"{made} % {_whole(arguments)}", PRODUCT)


def _from_hexadecimal(digits: str, dialect: str) -> str:
    if dialect == "duckdb":
        return f"coalesce(TRY_CAST(('0x' || {digits}) AS BIGINT), 0)"
    if dialect == "spark":
        return f"coalesce(CAST(conv({digits}, 16, 10) AS BIGINT), 0)"
    from jupyter_mlstudio.wrangling.faces.writer import unsupported

    raise unsupported("Hashing text", dialect)


CHANCE: dict[str, Function] = {
    "draw": Function(_draw, _draw, _sql_draw, draw, level=PRODUCT, sql_level=PRODUCT),
    "hexadecimal": Function(
        '{0}.cast(pl.Binary).bin.encode("hex")', '{0}.map(lambda text: text.encode().hex(), na_action="ignore")',
        "lower(hex({0:a}))", hexadecimal,
    ),
    "bucket": Function(_bucket, _pandas_bucket, _sql_bucket, bucket, level=PRODUCT, sql_level=PRODUCT),
}  # fmt: skip
