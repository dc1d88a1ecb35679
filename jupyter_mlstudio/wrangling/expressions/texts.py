"""Functions of text."""

from typing import TYPE_CHECKING

from jupyter_mlstudio.wrangling.expressions.function import Function, Usage
from jupyter_mlstudio.wrangling.expressions.nodes import Expr, Lit
from jupyter_mlstudio.wrangling.writing import ATOM, SUM, Text

if TYPE_CHECKING:
    from jupyter_mlstudio.wrangling.faces.writer import Writer

_SPACES = r"^[\s\p{Z}]+|[\s\p{Z}]+$"


def _sliced(text: str, start: int, length: int) -> str:
    begin = start if start >= 0 else max(len(text) + start, 0)
    end = (len(text) + start if start < 0 else start) + length
    return text[begin : max(end, begin)]


def _pandas_sliced(writer: "Writer", arguments: tuple[Expr, ...]) -> Text:
    start, length = (each.value if isinstance(each, Lit) else 0 for each in arguments[1:])
    assert isinstance(start, int)  # constants of a formula
    assert isinstance(length, int)
    end = start + length
    stop = "" if start < 0 <= end else str(end)
    return Text(f"{writer.write(arguments[0]).expression()}.str[{start}:{stop}]", ATOM)


def _sql_sliced(writer: "Writer", arguments: tuple[Expr, ...]) -> Text:
    start, length = (each.value if isinstance(each, Lit) else 0 for each in arguments[1:])
    assert isinstance(start, int)  # constants of a formula
    assert isinstance(length, int)
    subject = writer.write(arguments[0]).text
    if start < 0:
        return Text(f"substr({subject}, greatest(length({subject}) + {start + 1}, 1), {length})", ATOM)
    return Text(f"substr({subject}, {start + 1}, {length})", ATOM)


def _joined(writer: "Writer", arguments: tuple[Expr, ...]) -> Text:
    return Text(" + ".join(writer.write(each).beside(SUM) for each in arguments), SUM)


def _sql_joined(writer: "Writer", arguments: tuple[Expr, ...]) -> Text:
    return Text(" || ".join(writer.write(each).beside(ATOM) for each in arguments), SUM)


TEXTS: dict[str, Function] = {
    "lower": Function(
        "{0}.str.to_lowercase()", "{0}.str.lower()", "lower({0:a})", str.lower, Usage(1, 1, "lower(name)")
    ),
    "upper": Function(
        "{0}.str.to_uppercase()", "{0}.str.upper()", "upper({0:a})", str.upper, Usage(1, 1, "upper(name)")
    ),
    "trim": Function(
        "{0}.str.strip_chars()", "{0}.str.strip()", f"regexp_replace({{0:a}}, '{_SPACES}', '', 'g')", str.strip,
        Usage(1, 1, "trim(name)"),
    ),
    "length": Function(
        "{0}.str.len_chars().cast(pl.Int64)", "{0}.str.len()", "length({0:a})", len, Usage(1, 1, "length(name)")
    ),
    "contains": Function(
        "{0}.str.contains({1:c}, literal=True)", "{0}.str.contains({1:c}, regex=False)", "contains({0:a}, {1:c})",
        lambda text, part: part in text, Usage(2, 2, 'contains(name, "air")', 1),
    ),
    "starts_with": Function(
        "{0}.str.starts_with({1:c})", "{0}.str.startswith({1:c})", "starts_with({0:a}, {1:c})", str.startswith,
        Usage(2, 2, 'starts_with(name, "N")', 1),
    ),
    "ends_with": Function(
        "{0}.str.ends_with({1:c})", "{0}.str.endswith({1:c})", "suffix({0:a}, {1:c})", str.endswith,
        Usage(2, 2, 'ends_with(name, "AA")', 1),
    ),
    "replace": Function(
        "{0}.str.replace_all({1:c}, {2:c}, literal=True)", "{0}.str.replace({1:c}, {2:c}, regex=False)",
        "replace({0:a}, {1:c}, {2:c})", str.replace, Usage(3, 3, 'replace(name, "-", " ")', 2),
    ),
    "part": Function(
        "{0}.str.slice({1:c}, {2:c})", _pandas_sliced, _sql_sliced, _sliced, Usage(3, 3, "part(name, 0, 3)", 2)
    ),
    "join": Function(
        "pl.concat_str({all})", _joined, _sql_joined, lambda *texts: "".join(texts),
        Usage(2, 20, 'join(origin, "-", dest)'),
    ),
}  # fmt: skip
