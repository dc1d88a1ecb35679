"""Queries of DuckDB in the words of other databases."""

import re

from jupyter_mlstudio.core.errors import InvalidError
from jupyter_mlstudio.wrangling.faces.languages import Dialect

_UNKNOWN: dict[Dialect, frozenset[str]] = {
    "postgres": frozenset(
        {
            "regexp_full_match", "regexp_extract", "regexp_extract_all", "try_strptime", "strip_accents", "epoch_us",
            "map_entries", "histogram", "list_transform", "list_filter", "split", "timezone",
        }
    ),
    "spark": frozenset(
        {
            "regexp_full_match", "strip_accents", "epoch_us", "histogram", "list_transform", "list_filter", "timezone",
            "try_strptime", "strptime",
        }
    ),
    "bigquery": frozenset({"regexp_full_match", "strip_accents", "epoch_us", "histogram", "try_strptime"}),
    "snowflake": frozenset({"regexp_full_match", "strip_accents", "epoch_us", "histogram", "try_strptime"}),
}  # fmt: skip
"""Functions that are passed on as they are, and that these databases do not have."""

_OTHERWISE = frozenset({"title", "substitute", "replace_pattern", "count_matches", "split_part"})
REFUSED: dict[Dialect, frozenset[str]] = {
    "duckdb": frozenset(),
    "postgres": frozenset({"squeeze", "count_matches"}),
    "spark": frozenset({"title"}),
    "bigquery": _OTHERWISE,
    "snowflake": _OTHERWISE - {"split_part"},
}
"""Our functions whose translation would stop with an error, or, worse, make something else without a word."""


def translated(query: str, dialect: Dialect) -> str:
    """Write a query of DuckDB in another dialect.

    Raises:
        InvalidError: It says something that the dialect cannot.
    """
    if dialect == "duckdb":
        return query
    import sqlglot

    try:
        level = sqlglot.ErrorLevel.RAISE  # what a dialect lacks would be left out with a warning
        text = sqlglot.transpile(query, read="duckdb", write=dialect, pretty=True, unsupported_level=level)[0]
    except sqlglot.errors.SqlglotError as error:
        raise InvalidError(f"This recipe cannot be written for {dialect}: {error}", code="no_face") from error
    called = {name.lower() for name in re.findall(r"\b([A-Za-z_]+)\(", _without_texts(text))}
    for name in sorted(called & _UNKNOWN[dialect]):
        raise InvalidError(
            f"This recipe needs {name}, which {dialect} does not have. Leave out the step, or use DuckDB.",
            code="no_face",
        )
    return text


def _without_texts(query: str) -> str:
    return re.sub(r"'(?:[^']|'')*'", "''", query)
