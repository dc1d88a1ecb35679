"""A whole table of MLflow's read at once, in pieces: SQLite joins thousands of texts quicker than Python takes them.

Most runs log the same names in the same order. Where that is so for a piece, which is made sure of, neither the names
nor the runs have to be taken one by one: only the values are.
"""

import sqlite3
from array import array
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import chain
from typing import Any, NamedTuple

from jupyter_mlstudio.experiments.reading.rows import INFINITE

PIECE = 10_000
"""Rows at once: enough to be quick, few enough to need little memory."""

BETWEEN = "\x1f"
"""Stands between joined texts; where it occurs in one of them, that piece is read row by row."""

LARGEST = 4_000_000
"""Bytes of joined texts: a piece with larger ones is read row by row, so that long texts are not all held at once."""

ID = 32
"""Letters of a run's id."""


class Cells(NamedTuple):
    """Some rows of a table, as columns of equal length: the runs, the names, and the values that were logged."""

    runs: Sequence[str]
    names: Sequence[str]
    values: Sequence[Any]


class Blocks(NamedTuple):
    """Some rows in which each run has logged the same names, one after the other; the last run may lack some."""

    runs: Sequence[str]
    names: Sequence[str]
    values: Sequence[Any]


class Wanted(NamedTuple):
    """What to read of a table.

    Attributes:
        table: Its name.
        value: The expression that gives a value; only used for pieces where it can differ from the plain value.
        longest: Characters of a text beyond which it does; None for numbers, where it does if one is not finite.
    """

    table: str
    value: str
    longest: int | None


def cells(connection: sqlite3.Connection, wanted: Wanted) -> Iterator[Cells | Blocks]:
    """Yield all rows of a table, piece by piece."""
    begin, last = connection.execute(f"SELECT MIN(rowid), MAX(rowid) FROM {wanted.table}").fetchone()
    while begin is not None and begin <= last:
        end = min(begin + PIECE - 1, last)
        found = _piece(connection, begin, end, wanted)
        count = len(found.values)
        if end < last and count == end - begin + 1:
            found = _whole_runs(found)
            end = begin + len(found.values) - 1
        yield found
        begin = end + 1


def _piece(connection: sqlite3.Connection, begin: int, end: int, wanted: Wanted) -> Cells | Blocks:
    piece = f"{wanted.table} NOT INDEXED WHERE rowid BETWEEN {begin} AND {end}"
    found = _blocks(connection, piece, wanted)
    if found is not None:
        return found
    rows = connection.execute(f"SELECT run_uuid, key, {wanted.value} FROM {piece} ORDER BY rowid").fetchall()
    return Cells(*zip(*rows, strict=True)) if rows else Cells((), (), ())


def _whole_runs(found: Cells | Blocks) -> Cells | Blocks:
    """Leave the last run to the next piece, which then begins with a run, unless it is the only one."""
    if isinstance(found, Blocks):
        runs = len(found.values) // len(found.names)
        return Blocks(found.runs[:runs], found.names, found.values[: runs * len(found.names)])
    count = len(found.runs)
    kept = count
    while kept and found.runs[kept - 1] == found.runs[-1]:
        kept -= 1
    return Cells(*(column[: kept or count] for column in found))


def _blocks(connection: sqlite3.Connection, piece: str, wanted: Wanted) -> Blocks | None:
    """Read a piece of which all is as usual; None if it is not."""
    longest = wanted.longest
    texts = ["key", "run_uuid"] if longest is None else ["key", "run_uuid", "ifnull(value, '')"]
    odd = "TOTAL(is_nan)" if longest is None else "0"
    joined = ", ".join(f"group_concat({text}, '{BETWEEN}')" for text in texts)
    try:
        with _limited(connection):
            found = connection.execute(f"SELECT COUNT(*), {odd}, {joined} FROM {piece}").fetchone()
    except sqlite3.DataError:  # too large
        return None
    count, is_odd, names, runs, *rest = found
    block = _repeated(names, count) if count and not is_odd else None
    heads = _heads(runs, len(block), count) if block else None
    if not block or not heads:
        return None
    values = _numbers(connection, piece) if longest is None else _texts(rest[0], longest)
    return Blocks(heads, block, values) if len(values) == count else None


@contextmanager
def _limited(connection: sqlite3.Connection) -> Iterator[None]:
    """Refuse to join more than a little."""
    before = connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, LARGEST)
    try:
        yield
    finally:
        connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, before)


def _texts(joined: str, longest: int) -> Sequence[str]:
    """Return the texts; none of them if one is too long."""
    values = joined.split(BETWEEN)
    return values if max(map(len, values)) <= longest else ()


def _numbers(connection: sqlite3.Connection, piece: str) -> "Sequence[float]":
    """Return the numbers; none of them if one stands for infinity."""
    values = array("d", chain.from_iterable(connection.execute(f"SELECT value FROM {piece} ORDER BY rowid")))
    return values if max(values) < INFINITE and min(values) > -INFINITE else ()


def _repeated(names: str, count: int) -> list[str] | None:
    """Return the names that are repeated from the first row to the last; None if it is not the same ones."""
    first = names.partition(BETWEEN)[0] + BETWEEN
    end = names.find(BETWEEN + first)
    if end < 0:
        return None
    block = names[: end + 1]
    found = block[:-1].split(BETWEEN)
    times = -(-count // len(found))
    whole = len(set(found)) == len(found) and (block * times).startswith(names + BETWEEN)
    return found if whole and names.count(BETWEEN) == count - 1 else None


def _heads(runs: str, width: int, count: int) -> list[str] | None:
    """Return the runs, one for each block; None if a block is of several."""
    apart = (ID + 1) * width
    heads = [runs[begin : begin + ID] for begin in range(0, len(runs), apart)]
    whole = len(runs) == count * (ID + 1) - 1 and len(set(heads)) == len(heads)
    blocks = "".join([f"{head}{BETWEEN}" * width for head in heads])
    return heads if whole and blocks.startswith(runs) else None
