r"""Functions of text with regular expressions, in the dialect that Rust's and Google's RE2 engine share.

In SQL `\d`, `\w` and `\s` are widened to all scripts, as Polars means them; in pandas they may know ASCII only.
"""

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from jupyter_mlstudio.core.errors import InvalidError
from jupyter_mlstudio.wrangling.expressions.function import Function, Usage, constant
from jupyter_mlstudio.wrangling.expressions.nodes import Expr
from jupyter_mlstudio.wrangling.writing import ATOM, Text, quote

if TYPE_CHECKING:
    import polars as pl

    from jupyter_mlstudio.wrangling.faces.writer import Writer

_WIDE = {"d": r"\p{Nd}", "w": r"\p{L}\p{M}\p{Nd}\p{Pc}", "s": r"\s\x0B\x{85}\p{Z}"}
_POSIX = {"postgres", "snowflake"}
"""Their engines know no `\\p{…}`, and mean all scripts by `\\d`."""
_OURS = re.compile(r"\$\$|\$(?:\{(\w+)\}|(\w+))")


def one(value: object) -> "pl.Series":
    """Hold one value in Polars, to compute for a row exactly what it computes for a column."""
    import polars as pl

    return pl.Series([value])


@lru_cache(maxsize=1024)
def groups_of(pattern: str) -> int:
    """Count the groups of a pattern.

    Raises:
        InvalidError: It is no regular expression.
    """
    import polars as pl

    try:
        pl.Series(["x"]).str.contains(pattern).item()
    except pl.exceptions.PolarsError:
        raise InvalidError(f"“{pattern}” is not a regular expression that can be used here.", code="pattern") from None
    with_flags = re.sub(r"\\.|\[(?:\\.|[^\]])*\]", "", pattern)
    return len(re.findall(r"\((?!\?)|\(\?P?<(?![=!])", with_flags))


def checked(arguments: tuple[Expr, ...], at: int = 1) -> str:
    """Return a pattern that can be used.

    Raises:
        InvalidError: It is no regular expression.
    """
    pattern = str(constant(arguments, at))
    groups_of(pattern)
    return pattern


def raw(pattern: str) -> str:
    """Write a pattern as Python does best: as a raw string, if it can stand in one."""
    plain = '"' not in pattern and "\n" not in pattern and not pattern.endswith("\\") and pattern.isprintable()
    return f'r"{pattern}"' if "\\" in pattern and plain else quote(pattern)


def _sql(writer: "Writer", pattern: str) -> str:
    if writer.dialect not in _POSIX:
        pattern = _widened(pattern)
    return "'" + pattern.replace("'", "''") + "'"


def _widened(pattern: str) -> str:
    r"""Let `\d`, `\w` and `\s` mean all scripts."""
    made, inside, at = "", False, 0
    while at < len(pattern):
        pair = pattern[at : at + 2]
        if pair[0] == "\\" and len(pair) > 1:
            made += _wide_class(pair, inside)
            at += 2
            continue
        inside = pair[0] == "[" or (inside and pair[0] != "]")
        made += pair[0]
        at += 1
    return made


def _wide_class(pair: str, inside: bool) -> str:
    wide = _WIDE.get(pair[1].lower())
    if wide is None or (inside and pair[1].isupper()):
        return pair
    if pair[1].isupper():
        return f"[^{wide}]"
    return wide if inside or pair[1] == "d" else f"[{wide}]"


def _extracted(writer: "Writer", arguments: tuple[Expr, ...]) -> Text:
    """Write the first match, or a group of it; no match is missing."""
    pattern, subject = checked(arguments), writer.write(arguments[0])
    group = constant(arguments, 2) if len(arguments) > 2 else 0  # noqa: PLR2004  # the third argument is there
    groups = groups_of(pattern)
    if not isinstance(group, int) or not 0 <= group <= groups:
        raise InvalidError(f"“{pattern}” has {groups} groups in parentheses, so there is none numbered {group}.")
    if writer.face == "polars":
        return Text(f"{subject.expression()}.str.extract({raw(pattern)}, {group})", ATOM)
    if writer.face == "pandas":
        whole = raw(pattern if group else f"({pattern})")
        alone = groups == 1 if group else groups == 0
        made = f"{subject.expression()}.str.extract({whole}, expand=" + (
            "False)" if alone else f"True).iloc[:, {group - 1 if group else 0}]"
        )
        return Text(made, ATOM)
    text = _sql(writer, pattern)
    found = f"regexp_matches({subject.text}, {text})"
    return Text(f"CASE WHEN {found} THEN regexp_extract({subject.text}, {text}, {group}) END", ATOM)


def _replaced(writer: "Writer", arguments: tuple[Expr, ...]) -> Text:
    """Write the replacement of all matches by a plain text."""
    return _substituted(writer, (arguments[0], arguments[1], _escaped(arguments)))


def _escaped(arguments: tuple[Expr, ...]) -> Expr:
    from jupyter_mlstudio.wrangling.expressions.nodes import Lit

    return Lit(str(constant(arguments, 2)).replace("$", "$$"))


def _substituted(writer: "Writer", arguments: tuple[Expr, ...]) -> Text:
    """Write the replacement of all matches by a text in which `$1` stands for the first group."""
    pattern, subject, new = checked(arguments), writer.write(arguments[0]), str(constant(arguments, 2))
    if writer.face == "polars":
        return Text(f"{subject.expression()}.str.replace_all({raw(pattern)}, {quote(new)})", ATOM)
    slashed = with_backslashes(new)
    if writer.face == "pandas":
        return Text(f"{subject.expression()}.str.replace({raw(pattern)}, {raw(slashed)}, regex=True)", ATOM)
    java = writer.dialect == "spark"  # which replaces all matches, and writes groups as Rust does
    written = (_java(new) if java else slashed).replace("'", "''")
    every = "" if java else ", 'g'"
    return Text(f"regexp_replace({subject.text}, {_sql(writer, pattern)}, '{written}'{every})", ATOM)


def _java(new: str) -> str:
    """Write a replacement as Java reads it: `$1` for a group, and a backslash before what stands for itself."""

    def reference(match: re.Match[str]) -> str:
        name = match[1] or match[2]
        return "\\$" if name is None else f"${name}"

    return _OURS.sub(reference, new.replace("\\", "\\\\"))


def with_backslashes(new: str) -> str:
    r"""Turn `$1` and `$$` into the `\1` and `$` of Python and SQL."""

    def reference(match: re.Match[str]) -> str:
        name = match[1] or match[2]
        if name is None:
            return "$"
        return f"\\{name}" if name.isdigit() else f"\\g<{name}>"

    return _OURS.sub(reference, new.replace("\\", "\\\\"))


def _matching(writer: "Writer", arguments: tuple[Expr, ...]) -> Text:
    pattern, subject = checked(arguments), writer.write(arguments[0])
    if writer.face == "polars":
        return Text(f"{subject.expression()}.str.contains({raw(pattern)})", ATOM)
    if writer.face == "pandas":  # groups that are not taken out would make it warn
        plain = re.sub(r"(?<!\\)\((?!\?)", "(?:", pattern) if groups_of(pattern) else pattern
        return Text(f"{subject.expression()}.str.contains({raw(plain)}, regex=True)", ATOM)
    return Text(f"regexp_matches({subject.text}, {_sql(writer, pattern)})", ATOM)


def _counted(writer: "Writer", arguments: tuple[Expr, ...]) -> Text:
    pattern, subject = checked(arguments), writer.write(arguments[0])
    if writer.face == "polars":
        return Text(f"{subject.expression()}.str.count_matches({raw(pattern)}).cast(pl.Int64)", ATOM)
    if writer.face == "pandas":
        return Text(f'{subject.expression()}.str.count({raw(pattern)}).astype("Int64")', ATOM)
    if writer.dialect == "spark":
        return Text(f"regexp_count({subject.text}, {_sql(writer, pattern)})", ATOM)
    return Text(f"len(regexp_extract_all({subject.text}, {_sql(writer, pattern)}))", ATOM)


def _plain(new: str) -> str:
    return new.replace("$", "$$")


PATTERNS: dict[str, Function] = {
    "extract": Function(
        _extracted, _extracted, _extracted,
        lambda text, pattern, group=0: one(text).str.extract(pattern, group).item(),
        Usage(2, 3, 'extract(name, "[0-9]+")', 2),
    ),
    "replace_pattern": Function(
        _replaced, _replaced, _replaced,
        lambda text, pattern, new: one(text).str.replace_all(pattern, _plain(new)).item(),
        Usage(3, 3, 'replace_pattern(name, "[0-9]+", "#")', 2),
    ),
    "substitute": Function(
        _substituted, _substituted, _substituted,
        lambda text, pattern, new: one(text).str.replace_all(pattern, new).item(),
    ),
    "matches": Function(
        _matching, _matching, _matching, lambda text, pattern: one(text).str.contains(pattern).item(),
        Usage(2, 2, 'matches(name, "^[A-Z]")', 1),
    ),
    "count_matches": Function(
        _counted, _counted, _counted, lambda text, pattern: one(text).str.count_matches(pattern).item(),
        Usage(2, 2, 'count_matches(name, "a")', 1),
    ),
    "squeeze": Function(
        '{0}.str.replace_all(r"\\s+", " ")', '{0}.str.replace(r"\\s+", lambda _: " ", regex=True)',
        f"regexp_replace({{0:a}}, '[{_WIDE['s'].replace('{', '{{').replace('}', '}}')}]+', ' ', 'g')",
        lambda text: one(text).str.replace_all(r"\s+", " ").item(), Usage(1, 1, "squeeze(name)"),
    ),
}  # fmt: skip
