"""Functions of text."""

import unicodedata
from collections.abc import Callable
from typing import TYPE_CHECKING

from jupyter_mlstudio.core.errors import InvalidError
from jupyter_mlstudio.wrangling.expressions.function import Function, Usage, constant
from jupyter_mlstudio.wrangling.expressions.nodes import Expr
from jupyter_mlstudio.wrangling.writing import ATOM, SUM, Text

if TYPE_CHECKING:
    from jupyter_mlstudio.wrangling.faces.writer import Writer

_TO_END = 2
_OTHERS = ("postgres", "spark", "bigquery", "snowflake")
_SQL_TITLE = (
    "array_to_string(list_transform(regexp_extract_all({0:a}, '\\p{{L}}+|\\P{{L}}+'), "
    "lambda word: upper(word[1]) || lower(word[2:])), '')"
)
"""Each run of letters with its first one upper; others databases have a function for it."""
_SPACES = r"^[\s\p{{Z}}]+|[\s\p{{Z}}]+$"


def _sliced(text: str, start: int, length: int | None = None) -> str:
    begin = start if start >= 0 else max(len(text) + start, 0)
    if length is None:
        return text[begin:]
    end = (len(text) + start if start < 0 else start) + length
    return text[begin : max(end, begin)]


def _bounds(arguments: tuple[Expr, ...]) -> tuple[int, int | None]:
    start, length = constant(arguments, 1), constant(arguments, 2) if len(arguments) > _TO_END else None
    assert isinstance(start, int)  # constants of a formula
    assert length is None or isinstance(length, int)
    return start, length


def _pandas_sliced(writer: "Writer", arguments: tuple[Expr, ...]) -> Text:
    start, length = _bounds(arguments)
    end = None if length is None else start + length
    stop = "" if end is None or start < 0 <= end else str(end)
    return Text(f"{writer.write(arguments[0]).expression()}.str[{start}:{stop}]", ATOM)


def _sql_sliced(writer: "Writer", arguments: tuple[Expr, ...]) -> Text:
    start, length = _bounds(arguments)
    subject = writer.write(arguments[0]).text
    rest = "" if length is None else f", {length}"
    if start >= 0:
        return Text(f"substr({subject}, {start + 1}{rest})", ATOM)
    if length is None or length >= -start:
        return Text(f"right({subject}, {-start})", ATOM)
    begin = f"greatest(length({subject}) + {start + 1}, 1)"
    # a text that is shorter than the start loses what lies before its first character
    return Text(f"substr({subject}, {begin}, greatest(least({length}, length({subject}) + {start + length}), 0))", ATOM)


def _shortened(writer: "Writer", arguments: tuple[Expr, ...]) -> Text:
    subject, count = writer.write(arguments[0]), constant(arguments, 1)
    assert isinstance(count, int)  # a constant of a formula
    if count <= 0:
        return subject
    if writer.face == "polars":
        return Text(f"{subject.expression()}.str.head({-count})", ATOM)
    if writer.face == "pandas":
        return Text(f"{subject.expression()}.str[:{-count}]", ATOM)
    return Text(f"substr({subject.text}, 1, greatest(length({subject.text}) - {count}, 0))", ATOM)


def _piece(writer: "Writer", arguments: tuple[Expr, ...]) -> Text:
    """Write the n-th piece of a text; counted from 1, or from the end if negative."""
    number = constant(arguments, 2)
    if not isinstance(number, int) or number == 0:
        raise InvalidError("split_part counts the pieces from 1, or from the end with -1.", code="formula")
    subject, separator = writer.write(arguments[0]), writer.write(arguments[1]).text
    at = number - 1 if number > 0 else number
    if writer.face == "polars":
        return Text(f"{subject.expression()}.str.split({separator}).list.get({at}, null_on_oob=True)", ATOM)
    if writer.face == "pandas":
        return Text(f'{subject.expression()}.str.split({separator}, regex=False).str[{at}].astype("string")', ATOM)
    if writer.dialect == "duckdb":
        return Text(f"string_split({subject.text}, {separator})[{number}]", ATOM)
    least = abs(number) - 1  # these databases give an empty text where there are fewer pieces
    found = f"length({subject.text}) - length(replace({subject.text}, {separator}, ''))"
    enough = f"{found} >= {least * len(str(constant(arguments, 1)))}"
    return Text(f"CASE WHEN {enough} THEN split_part({subject.text}, {separator}, {number}) END", ATOM)


def _split(text: str, separator: str, number: int) -> str | None:
    pieces = text.split(separator) if separator else list(text)
    at = number - 1 if number > 0 else number
    return pieces[at] if -len(pieces) <= at < len(pieces) else None


def _padded(side: str) -> Function:
    """Make a function that fills a text up to a width; longer ones stay."""
    fill = {"left": "lpad", "right": "rpad"}[side]
    end = {"left": "start", "right": "end"}[side]
    name = {"left": "pad", "right": "pad_end"}[side]
    return Function(
        f"{{0}}.str.pad_{end}({{1:c}}, {{2:c}})",
        f'{{0}}.str.pad({{1:c}}, side="{side}", fillchar={{2:c}})',
        f"CASE WHEN length({{0:a}}) < {{1:c}} THEN {fill}({{0:a}}, {{1:c}}, {{2:c}}) ELSE {{0}} END",
        str.rjust if side == "left" else str.ljust,
        Usage(3, 3, f'{name}(flight, 4, "0")', 2),
    )


def _stripped(polars: str, pandas: str, sql: str, row: Callable[..., object], example: str) -> Function:
    return Function(
        f"{{0}}.str.{polars}({{1:c}})", f"{{0}}.str.{pandas}({{1:c}})", f"{sql}({{0:a}}, {{1:c}})", row,
        Usage(2, 2, example, 1),
    )  # fmt: skip


def _polars_sliced(writer: "Writer", arguments: tuple[Expr, ...]) -> Text:
    start, length = _bounds(arguments)
    rest = "" if length is None else f", {length}"
    return Text(f"{writer.write(arguments[0]).expression()}.str.slice({start}{rest})", ATOM)


def _capitalized(writer: "Writer", arguments: tuple[Expr, ...]) -> Text:
    subject = writer.write(arguments[0]).expression()
    return Text(f"{subject}.str.head(1).str.to_uppercase() + {subject}.str.slice(1).str.to_lowercase()", SUM)


def _without_accents(text: str) -> str:
    plain = "".join(each for each in unicodedata.normalize("NFD", text) if unicodedata.category(each) != "Mn")
    return unicodedata.normalize("NFC", plain)


def _joined(writer: "Writer", arguments: tuple[Expr, ...]) -> Text:
    return Text(" + ".join(writer.write(each).beside(SUM) for each in arguments), SUM)


def _sql_joined(writer: "Writer", arguments: tuple[Expr, ...]) -> Text:
    return Text(" || ".join(writer.write(each).beside(ATOM) for each in arguments), SUM)


def _present_joined(writer: "Writer", arguments: tuple[Expr, ...]) -> Text:
    """Write the join of the texts that are there; the last argument stands between them."""
    *texts, separator = (writer.write(each) for each in arguments)
    listed = ", ".join(each.argument() for each in texts)
    if writer.face == "polars":
        return Text(f"pl.concat_str({listed}, separator={separator.text}, ignore_nulls=True)", ATOM)
    if writer.face == "pandas":
        joined = f"{separator.text}.join(text for text in row if pd.notna(text)) for row in zip({listed})"
        return Text(f'pd.Series([{joined}], index=df.index, dtype="string")', ATOM)
    return Text(f"concat_ws({separator.text}, {listed})", ATOM)


def _join_present(*parts: str | None) -> str:
    *texts, separator = parts
    return (separator or "").join(text for text in texts if text is not None)


def _elsewhere(duckdb: str, others: str) -> dict[str, str]:
    """Write a call for DuckDB and in words that other databases know too."""
    return {"duckdb": duckdb, **dict.fromkeys(("postgres", "snowflake", "bigquery"), others)}


TEXTS: dict[str, Function] = {
    "lower": Function(
        "{0}.str.to_lowercase()", "{0}.str.lower()", "lower({0:a})", str.lower, Usage(1, 1, "lower(name)")
    ),
    "upper": Function(
        "{0}.str.to_uppercase()", "{0}.str.upper()", "upper({0:a})", str.upper, Usage(1, 1, "upper(name)")
    ),
    "trim": Function(
        "{0}.str.strip_chars()", "{0}.str.strip()",
        {
            "duckdb": f"regexp_replace({{0:a}}, '{_SPACES}', '', 'g')",
            **dict.fromkeys(("postgres", "snowflake"), "regexp_replace({0:a}, '^\\s+|\\s+$', '', 'g')"),
            "bigquery": "trim({0:a})",  # it takes all kinds of spaces away
        }, str.strip,
        Usage(1, 1, "trim(name)"),
    ),
    "length": Function(
        "{0}.str.len_chars().cast(pl.Int64)", "{0}.str.len()", "length({0:a})", len, Usage(1, 1, "length(name)")
    ),
    "contains": Function(
        "{0}.str.contains({1:c}, literal=True)", "{0}.str.contains({1:c}, regex=False)",
        _elsewhere("contains({0:a}, {1:c})", "(strpos({0:a}, {1:c}) > 0)"),
        lambda text, part: part in text, Usage(2, 2, 'contains(name, "air")', 1),
    ),
    "starts_with": Function(
        "{0}.str.starts_with({1:c})", "{0}.str.startswith({1:c})",
        _elsewhere("starts_with({0:a}, {1:c})", "(left({0:a}, length({1:c})) = {1:c})"), str.startswith,
        Usage(2, 2, 'starts_with(name, "N")', 1),
    ),
    "ends_with": Function(
        "{0}.str.ends_with({1:c})", "{0}.str.endswith({1:c})",
        _elsewhere("suffix({0:a}, {1:c})", "(right({0:a}, length({1:c})) = {1:c})"), str.endswith,
        Usage(2, 2, 'ends_with(name, "AA")', 1),
    ),
    "replace": Function(
        "{0}.str.replace_all({1:c}, {2:c}, literal=True)", "{0}.str.replace({1:c}, {2:c}, regex=False)",
        "replace({0:a}, {1:c}, {2:c})", str.replace, Usage(3, 3, 'replace(name, "-", " ")', 2),
    ),
    "part": Function(_polars_sliced, _pandas_sliced, _sql_sliced, _sliced, Usage(2, 3, "part(name, 0, 3)", 2)),
    "drop_end": Function(
        _shortened, _shortened, _shortened, lambda text, count: text[:-count] if count > 0 else text,
        Usage(2, 2, "drop_end(name, 2)", 1),
    ),
    "title": Function(
        "{0}.str.to_titlecase()", "{0}.str.title()", {"duckdb": _SQL_TITLE, **dict.fromkeys(_OTHERS, "initcap({0:a})")},
        str.title, Usage(1, 1, "title(name)"),
    ),
    "capitalize": Function(
        _capitalized, "{0}.str.capitalize()", "upper(substr({0:a}, 1, 1)) || lower(substr({0:a}, 2))",
        lambda text: text[:1].upper() + text[1:].lower(), Usage(1, 1, "capitalize(name)"), sql_level=SUM,
    ),
    "pad": _padded("left"),
    "pad_end": _padded("right"),
    "split_part": Function(_piece, _piece, _piece, _split, Usage(3, 3, 'split_part(name, "-", 1)', 2)),
    "strip": _stripped("strip_chars", "strip", "trim", str.strip, 'strip(name, "*-")'),
    "strip_start": _stripped("strip_chars_start", "lstrip", "ltrim", str.lstrip, 'strip_start(code, "0")'),
    "strip_end": _stripped("strip_chars_end", "rstrip", "rtrim", str.rstrip, 'strip_end(name, ".")'),
    "no_accents": Function(
        r'{0}.str.normalize("NFD").str.replace_all(r"\p{{Mn}}", "").str.normalize("NFC")',
        '{0}.str.normalize("NFD").str.replace("[\\u0300-\\u036f]", "", regex=True).str.normalize("NFC")',
        "strip_accents({0:a})", _without_accents, Usage(1, 1, "no_accents(name)"),
    ),
    "join_present": Function(
        _present_joined, _present_joined, _present_joined, _join_present, nullable=True
    ),
    "join": Function(
        "pl.concat_str({all})", _joined, _sql_joined, lambda *texts: "".join(texts),
        Usage(2, 20, 'join(origin, "-", dest)'),
    ),
}  # fmt: skip
