"""Queries that only read."""

import re

from jupyter_mlstudio.core.errors import InvalidError
from jupyter_mlstudio.wrangling.sources.head import sql_name
from jupyter_mlstudio.wrangling.writing import meant, quote

_BEGINNING = re.compile(r"\s*(--[^\n]*\n|/\*.*?\*/|\s|\()*(select|with|values|table|from)\b", re.IGNORECASE | re.DOTALL)
_WHOLE = "SELECT * FROM "
_ONE_NAME = re.compile(r'("[^"]*"|[\w.`\[\]])+')
_COLON = re.compile(r"(?<![:\w\\]):(?=\w)")
_DIALECTS = {"postgresql": "postgres", "mssql": "tsql", "mariadb": "mysql"}


def reading_only(query: str, dialect: str) -> str:
    """Return a query without its semicolon.

    Raises:
        InvalidError: It is no single SELECT; the database's own protection against writing comes on top.
    """
    import sqlglot
    from sqlglot import expressions

    text = query.strip().rstrip(";").rstrip()
    try:
        statements = [each for each in sqlglot.parse(text, read=_DIALECTS.get(dialect, dialect)) if each is not None]
    except (sqlglot.errors.SqlglotError, ValueError):  # a dialect that the parser does not know, or not well enough
        if _BEGINNING.match(text) and ";" not in text:
            return text
        raise _refused() from None
    changing = (
        expressions.Insert, expressions.Update, expressions.Delete, expressions.Merge, expressions.Create,
        expressions.Command, expressions.Into,
    )  # fmt: skip
    if len(statements) != 1 or not isinstance(statements[0], (expressions.Query, expressions.Values)):
        raise _refused()
    if any(statements[0].find(kind) for kind in changing):
        raise _refused()
    return text


def table_query(table: str, known: tuple[str, ...], quoted: str | None = None) -> str:
    """Write the query for a whole table.

    Args:
        table: Its name, perhaps with a schema.
        known: The tables that there are.
        quoted: The name as the database quotes it.
    """
    if table not in known:
        raise InvalidError(f"There is no table “{table}”.{meant(table, known)}", code="no_table")
    return f"{_WHOLE}{quoted or sql_name(table)}"


def whole_table(query: str) -> str:
    """Return what a query made by `table_query` reads; nothing for other queries."""
    return query.removeprefix(_WHOLE) if query.startswith(_WHOLE) and _ONE_NAME.fullmatch(query, len(_WHOLE)) else ""


def python_text(query: str) -> str:
    """Write a query in Python, in the quotes that make it read best."""
    if "\n" in query and '"""' not in query and "\\" not in query and not query.endswith('"'):
        return f'"""{query}"""'
    if '"' in query and "'" not in query and "\\" not in query and "\n" not in query:
        return f"'{query}'"
    return quote(query)


def escaped(query: str) -> str:
    """Keep SQLAlchemy from taking colons in a query for parameters."""
    return _COLON.sub(r"\\:", query)


def _refused() -> InvalidError:
    return InvalidError(
        "query: only a single SELECT is allowed. The studio reads databases and never changes them.",
        code="not_a_select",
    )
