"""Which model folders were written by this project, so that only those are unpickled without asking."""

import hashlib
from pathlib import Path

from jupyter_mlstudio.core.errors import InvalidError
from jupyter_mlstudio.core.sqlite import Database
from jupyter_mlstudio.core.types import now

ROWS = frozenset({"mlstudio/sample.parquet", "mlstudio/answers.parquet"})
"""Rows of the training data that travel in a model folder inside the project, and never leave it."""


def digest(folder: Path) -> str:
    """Return the SHA-256 over the names and contents of a folder's files.

    The note that MLflow leaves in a registered copy and the rows of training data are left out: registering a model, or
    handing it on without those rows, changes nothing that is executed.

    Raises:
        InvalidError: The folder holds a link; what it points to could change without changing the folder.
    """
    total = hashlib.sha256()
    for path in sorted(folder.rglob("*")):
        if path.is_symlink():
            raise InvalidError(f"The model folder holds a link, {path.name!r}. Put the file itself in its place.")
        name = path.relative_to(folder).as_posix()
        if path.is_file() and path.name != "registered_model_meta" and name not in ROWS:
            total.update(len(name.encode()).to_bytes(4, "big") + name.encode())
            with path.open("rb") as content:
                total.update(hashlib.file_digest(content, "sha256").digest())
    return total.hexdigest()


class Trust:
    """Remembers the digests of model folders that this project's own runs wrote, or that the user trusts."""

    def __init__(self, database: Database) -> None:
        self._database = database
        database.connect().execute("CREATE TABLE IF NOT EXISTS trusted (digest TEXT PRIMARY KEY, at TEXT NOT NULL)")

    def add(self, digest: str) -> None:
        """Trust a model folder from now on."""
        self._database.connect().execute(
            "INSERT OR IGNORE INTO trusted (digest, at) VALUES (?, ?)", (digest, now().isoformat())
        )

    def knows(self, digest: str) -> bool:
        """Tell whether a model folder is trusted."""
        found = self._database.connect().execute("SELECT 1 FROM trusted WHERE digest = ?", (digest,)).fetchone()
        return found is not None
