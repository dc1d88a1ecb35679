"""What PostgreSQL has and tables have not: numbers of any precision, documents, addresses, ranges."""

from typing import TYPE_CHECKING, Any

from jupyter_mlstudio.wrangling.sources.queries import escaped, whole_table

if TYPE_CHECKING:
    from sqlalchemy import Connection

_NUMERIC = 1700
_PLAIN = frozenset({
    16, 17, 18, 19, 20, 21, 23, 25, 26, 700, 701, 1042, 1043, 1082, 1083, 1114, 1184, 1186,
    1000, 1005, 1007, 1009, 1015, 1016, 1021, 1022,
})  # fmt: skip
"""OIDs of the types that have a counterpart, and of lists of them."""


def cast_query(connection: "Connection", query: str) -> str:
    """Let the database turn what has no counterpart into numbers or text; most queries stay as they are."""
    import sqlalchemy

    empty = f"SELECT * FROM ({query}\n) AS result LIMIT 0"
    cursor = connection.execute(sqlalchemy.text(escaped(empty)), execution_options={"stream_results": False})
    described: Any = cursor.cursor.description  # psycopg's own, with names
    if all(column.type_code in _PLAIN for column in described):
        return query
    quoted = connection.dialect.identifier_preparer.quote
    parts = ", ".join(_cast(quoted(column.name), column.type_code) for column in described)
    return f"SELECT {parts} FROM {whole_table(query) or f'({query}) AS result'}"


def _cast(quoted: str, oid: int) -> str:
    if oid in _PLAIN:
        return quoted
    return f"CAST({quoted} AS {'double precision' if oid == _NUMERIC else 'text'}) AS {quoted}"
