"""A SQLite store opened for reading: nothing here can change it, or make a writer wait."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import local
from types import SimpleNamespace
from urllib.parse import quote

from jupyter_mlstudio.core.errors import EngineError


class ReadOnly:
    """Connections to a store, one a thread, opened anew when the file has been replaced.

    When `shared`, it is one connection for all threads, and the owner sees to it that they take turns.
    """

    def __init__(self, database: Path, *, shared: bool = False) -> None:
        self.database = database
        self._threads = SimpleNamespace() if shared else local()

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """Give this thread's connection to a file that must exist.

        Raises:
            EngineError: The file cannot be read.
        """
        try:
            yield self._connection()
        except sqlite3.Error as error:
            message = (
                f"The tracking store {self.database.name!r} could not be read: {error}. Check that the file is intact."
            )
            raise EngineError(message, code="store_unreadable") from error

    def _connection(self) -> sqlite3.Connection:
        inode = self.database.stat().st_ino if self.database.exists() else None
        connection: sqlite3.Connection | None = getattr(self._threads, "connection", None)
        if connection is None or self._threads.inode != inode:
            if connection is not None:
                connection.close()
            uri = f"file:{quote(str(self.database))}?mode=ro"
            connection = sqlite3.connect(uri, uri=True, timeout=10, isolation_level=None, check_same_thread=False)
            self._threads.connection, self._threads.inode = connection, inode
        return connection
