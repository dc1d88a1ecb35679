"""Two databases behind one face: SQLite for a project folder, PostgreSQL for a team."""

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, Literal, Protocol

Row = Mapping[str, Any]

SCRIPTS = "CREATE TABLE IF NOT EXISTS scripts (name TEXT PRIMARY KEY);"
"""Which definitions a database has: looking is cheaper than defining again, and waits for nobody."""


@dataclass(slots=True)
class Answer:
    """What a statement brought."""

    rows: Sequence[Row]
    count: int  # rows that were written, or read


class Sql(Protocol):
    """Runs statements; safe to share between threads.

    Statements name their values as `:name`. `{serial}` in a table's definition stands for a primary key that numbers
    the rows. Times are kept as text that sorts, JSON as text.
    """

    @property
    def dialect(self) -> Literal["sqlite", "postgresql"]:
        """Which of the two it is, for what they write differently."""

    def run(self, statement: str, values: Mapping[str, Any] | None = None) -> Answer:
        """Run one statement; outside `transaction` it commits by itself."""

    def script(self, statements: str) -> None:
        """Run several statements without values, which define tables, unless this database has seen them."""

    def columns(self, table: str) -> set[str]:
        """Return the names of a table's columns; none if there is no such table."""

    def transaction(self) -> AbstractContextManager[object]:
        """Write all or nothing, one writer at a time: what is read inside stays true until the end."""


def name_of(statements: str) -> str:
    """Return what a script is called in `scripts`."""
    return sha256(statements.encode()).hexdigest()[:32]
