"""Where the records of one kind live: the interface, and the store that forgets."""

from threading import Lock
from typing import Generic, Protocol, TypeVar

from jupyter_mlstudio.core.errors import ConflictError, NotFoundError
from jupyter_mlstudio.core.types import Record

R = TypeVar("R", bound=Record)


class Store(Protocol[R]):
    """Keeps the records of one kind; safe to share between threads.

    Records are replaced whole. For an unknown id `get`, `replace` and `remove` raise `NotFoundError`;
    for a known one `add` raises `ConflictError`. `all` returns the newest added first.
    """

    def add(self, record: R) -> None:
        """Keep a new record."""

    def get(self, id: str) -> R:
        """Return the record with this id."""

    def all(self) -> list[R]:
        """Return every record, the newest added first."""

    def replace(self, record: R) -> None:
        """Keep this record in place of the one with its id."""

    def remove(self, id: str) -> None:
        """Forget the record with this id."""


class MemoryStore(Generic[R]):
    """A store that lives as long as its process."""

    def __init__(self) -> None:
        self._records: dict[str, R] = {}
        self._lock = Lock()

    def add(self, record: R) -> None:
        """Keep a new record."""
        with self._lock:
            if record.id in self._records:
                raise ConflictError(f"{record.id!r} exists already.")
            self._records[record.id] = record

    def get(self, id: str) -> R:
        """Return the record with this id."""
        with self._lock:
            return self._known(id)

    def all(self) -> list[R]:
        """Return every record, the newest added first."""
        with self._lock:
            return list(reversed(self._records.values()))

    def replace(self, record: R) -> None:
        """Keep this record in place of the one with its id."""
        with self._lock:
            self._known(record.id)
            self._records[record.id] = record

    def remove(self, id: str) -> None:
        """Forget the record with this id."""
        with self._lock:
            self._known(id)
            del self._records[id]

    def _known(self, id: str) -> R:
        try:
            return self._records[id]
        except KeyError:
            raise NotFoundError(f"Nothing here has the id {id!r}.") from None
