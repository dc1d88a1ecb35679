"""A whole table of MLflow's read at once, in pieces: SQLite joins thousands of texts quicker than Python takes them."""

import sqlite3
from array import array
from collections.abc import Iterator, Sequence
from itertools import chain
from typing import Any, NamedTuple

PIECE = 10_000
"""Rows at once: enough to be quick, few enough to need little memory."""

BETWEEN = "\x1f"
"""Stands between joined texts; where it occurs in one of them, that piece is read row by row."""


class Cells(NamedTuple):
    """Some rows of a table, as columns of equal length: the runs, the names, and the values that were logged."""

    runs: Sequence[str]
    names: Sequence[str]
    values: Sequence[Any]


class Wanted(NamedTuple):
    """What to read of a table.

    Attributes:
        table: Its name.
        value: The expression that gives a value.
        odd: The condition on which that differs from the plain value: for most pieces, it costs nothing then.
        numbers: Whether values are numbers.
    """

    table: str
    value: str
    odd: str
    numbers: bool


def cells(connection: sqlite3.Connection, wanted: Wanted) -> Iterator[Cells]:
    """Yield all rows of a table, piece by piece."""
    for piece in _pieces(connection, wanted.table):
        odd = connection.execute(f"SELECT 1 FROM {piece} AND ({wanted.odd}) LIMIT 1").fetchone()
        if odd or (found := _plain(connection, piece, wanted.numbers)) is None:
            rows = connection.execute(f"SELECT run_uuid, key, {wanted.value} FROM {piece}").fetchall()
            found = Cells(*(zip(*rows, strict=True) if rows else ((), (), ())))
        yield found


def _plain(connection: sqlite3.Connection, piece: str, numbers: bool) -> Cells | None:
    """Read a piece without odd values; None if a text holds what stands between them when they are joined."""
    found = _joined(connection, piece, ["run_uuid", "key"] if numbers else ["run_uuid", "key", "ifnull(value, '')"])
    if found is None:
        return None
    if not numbers:
        return Cells(*found)
    logged = connection.execute(f"SELECT value FROM {piece} ORDER BY rowid")
    return Cells(*found, array("d", chain.from_iterable(logged)))


def _pieces(connection: sqlite3.Connection, table: str) -> Iterator[str]:
    first, last = connection.execute(f"SELECT MIN(rowid), MAX(rowid) FROM {table}").fetchone()
    if last is not None:
        for begin in range(first, last + 1, PIECE):
            yield f"{table} NOT INDEXED WHERE rowid BETWEEN {begin} AND {begin + PIECE - 1}"


def _joined(connection: sqlite3.Connection, piece: str, columns: list[str]) -> list[list[str]] | None:
    joined = ", ".join(f"group_concat({column}, '{BETWEEN}')" for column in columns)
    count, *texts = connection.execute(f"SELECT COUNT(*), {joined} FROM {piece}").fetchone()
    if not count:
        return [[] for _ in columns]
    parts = [text.split(BETWEEN) for text in texts]
    return parts if all(len(part) == count for part in parts) else None
