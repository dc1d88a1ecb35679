"""What all parts of an active run share: its buffer, its place, its project."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from posixpath import normpath
from typing import TYPE_CHECKING, Any, Protocol
from uuid import uuid4

from jupyter_mlstudio.core.errors import ConflictError, EngineError, InvalidError
from jupyter_mlstudio.core.files import inside
from jupyter_mlstudio.experiments.artifacts import local_folder
from jupyter_mlstudio.experiments.engine import engine_errors
from jupyter_mlstudio.experiments.keeping import Keeping
from jupyter_mlstudio.experiments.tracking.buffer import Buffer
from jupyter_mlstudio.experiments.tracking.entries import Begun, Writer, checked, kept
from jupyter_mlstudio.experiments.tracking.spool import Spool

if TYPE_CHECKING:
    from mlflow import MlflowClient


class Target(Protocol):
    """Where runs are recorded."""

    def client(self) -> "MlflowClient":
        """Return an MLflow client of the store."""

    @property
    def writer(self) -> Writer:
        """What writes runs to the store."""

    @property
    def spool(self) -> Spool:
        """Where writings are kept while the store cannot be written."""


class Part:
    """The floor of `ActiveRun`, on which its calls stand by theme."""

    id: str
    name: str
    experiment: str
    _target: Target
    _project: Path
    _keeping: Keeping
    _begun: Begun
    _buffer: Buffer | None = None
    _dataset: Any = None
    knows_data = False
    """Whether the user has said which data the run is made from."""
    _tables: list[dict[str, str]]

    @property
    def is_open(self) -> bool:
        """Whether it can be logged into."""
        return self._buffer is not None

    @property
    def _logging(self) -> Buffer:
        if self._buffer is None:
            raise ConflictError("The run is not open: log inside its `with` block, or between `start()` and `end()`.")
        return self._buffer

    def set_tags(self, tags: "dict[str, object]") -> None:
        """Label the run; a tag can be given a new value."""
        self._logging.add_labels(tags={checked(name, "tag"): kept(value) for name, value in tags.items()})

    @contextmanager
    def _file(self, name: str) -> Iterator[Path]:
        """Give a place to write a file to, which is kept with the run under this name afterwards."""
        _ = self._logging
        root = local_folder(self._begun.artifact_uri)
        if not name or normpath(name) != name or name.startswith((".", "/")):
            raise InvalidError(
                f"{name!r} leads out of the run's artifacts, or names no file. Use a path such as a/b.txt."
            )
        if root is not None:
            path = inside(root, name)
            path.parent.mkdir(parents=True, exist_ok=True)
            part = path.with_name(f".{uuid4().hex}{path.suffix}")
            try:
                yield part
                part.replace(path)
            finally:
                part.unlink(missing_ok=True)
            return
        with tempfile.TemporaryDirectory() as folder:
            path = inside(Path(folder), name)
            path.parent.mkdir(parents=True, exist_ok=True)
            yield path
            above = path.parent.relative_to(Path(folder).resolve()).as_posix()
            self._upload(path, None if above == "." else above)

    def _upload(self, path: Path, folder: str | None) -> None:
        """Send a file; while the server is away it is kept on the disk, and sent later."""
        try:
            with engine_errors():
                self._target.client().log_artifact(self.id, str(path), folder)
        except EngineError:
            self._target.spool.put_file(self.id, path, folder)

    def _given(self, path: str | Path) -> Path:
        """Return a file that the user names, seen from here or from the project."""
        found = Path(path).expanduser()
        if not found.exists() and not found.is_absolute():
            found = self._project / found
        if not found.exists():
            raise InvalidError(f"There is no file {str(path)!r}, neither here nor in the project.")
        return found.resolve()
