"""What is kept for the next question: values up to a weight, and files in a folder that goes away by itself."""

from collections import OrderedDict
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Lock, Thread
from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    import polars as pl

V = TypeVar("V")

_ROOM = 3
"""A file is written only where so many times its size is free."""


class Cache(Generic[V]):
    """Keeps what was used last, up to a weight; each is made only once, also when several ask for it."""

    def __init__(self, most: int, weigh: Callable[[V], int] = lambda _: 1) -> None:
        self._most, self._weigh, self._lock = most, weigh, Lock()
        self._kept: OrderedDict[object, V] = OrderedDict()
        self._making: dict[object, Lock] = {}

    def get(self, key: object, make: Callable[[], V]) -> V:
        """Return what is kept under a key, or make it."""
        with self._lock:
            making = self._making.setdefault(key, Lock())
        with making:
            with self._lock:
                if key in self._kept:
                    self._kept.move_to_end(key)
                    return self._kept[key]
            value = make()
            self.put(key, value)
            with self._lock:
                self._making.pop(key, None)
            return value

    def put(self, key: object, value: V) -> None:
        """Keep a value; those that were not used for longest make room, but the newest always stays."""
        with self._lock:
            self._kept[key] = value
            self._kept.move_to_end(key)
            while len(self._kept) > 1 and sum(map(self._weigh, self._kept.values())) > self._most:
                self._kept.popitem(last=False)

    def peek(self, key: object) -> V | None:
        """Return what is kept, without making it."""
        with self._lock:
            return self._kept.get(key)

    def clear(self) -> None:
        """Forget everything."""
        with self._lock:
            self._kept.clear()


def beside(work: Callable[[], object], name: str) -> None:
    """Do work early that somebody will ask for; if it fails, whoever asks hears of it then."""

    def quietly() -> None:
        with suppress(Exception):
            work()

    Thread(target=quietly, name=f"mlstudio-{name}", daemon=True).start()


class Scratch:
    """Keeps large tables in files that are mapped into memory; they vanish with the process, however it ends."""

    def __init__(self) -> None:
        self._folder: TemporaryDirectory[str] | None = None
        self._lock, self._count = Lock(), 0

    def has_room(self, size: int) -> bool:
        """Tell whether a table of so many bytes can be written."""
        from shutil import disk_usage

        return disk_usage(Path(self._path()).parent).free > _ROOM * size

    def keep(self, table: "pl.LazyFrame") -> "pl.DataFrame":
        """Write a table without holding it in memory, and return it mapped from the file."""
        import polars as pl

        path = self._path()
        try:
            table.sink_ipc(path, compat_level=pl.CompatLevel.newest(), compression="uncompressed")
            return _mapped(path)
        finally:
            with suppress(OSError):  # the mapping keeps it alive; some systems refuse while it is mapped
                Path(path).unlink()

    def close(self) -> None:
        """Remove the folder."""
        with self._lock:
            if self._folder is not None:
                self._folder.cleanup()
                self._folder = None

    def _path(self) -> str:
        with self._lock:
            if self._folder is None:
                self._folder = TemporaryDirectory(prefix="mlstudio-wrangling-", ignore_cleanup_errors=True)
            self._count += 1
            return f"{self._folder.name}/{self._count}.arrow"


def _mapped(path: str) -> "pl.DataFrame":
    """Open an uncompressed Arrow file without reading it: rows come from the disk as they are asked for."""
    import polars as pl
    import pyarrow

    frame = pl.from_arrow(pyarrow.ipc.open_file(pyarrow.memory_map(path)).read_all(), rechunk=False)
    assert isinstance(frame, pl.DataFrame)  # a table, not a column, was written
    return frame
