"""The empty store as a file of SQL: MLflow's own migrations take seconds, this takes milliseconds.

`python -m jupyter_mlstudio.experiments.template` writes the file anew after MLflow's schema has changed.
"""

import re
import sqlite3
import tempfile
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path

FILE = Path(__file__).with_name("store.sql")
REVISION = "dc11669786a5"
"""The revision of MLflow's schema that the file holds, and that the reader was written for."""


@lru_cache
def installed_revision() -> str | None:
    """Return the revision of the schema that the installed MLflow works with, without importing it; None if unclear."""
    spec = find_spec("mlflow")
    if spec is None or not spec.submodule_search_locations:
        return None
    folder = Path(spec.submodule_search_locations[0], "store", "db_migrations", "versions")
    texts = [path.read_text(encoding="utf-8") for path in folder.glob("*.py")]
    heads = _assigned("revision", texts) - _assigned("down_revision", texts)
    return heads.pop() if len(heads) == 1 else None


def write_with_mlflow(database: Path) -> None:
    """Let MLflow make an empty store by its migrations: slow, and right for every version."""
    from mlflow.store.tracking.sqlalchemy_store import SqlAlchemyStore

    store = SqlAlchemyStore(  # type: ignore[no-untyped-call]
        f"sqlite:///{database}", str(database.parent)
    )
    store.engine.dispose()


def main() -> None:
    """Write the template with the installed MLflow."""
    with tempfile.TemporaryDirectory() as folder:
        database = Path(folder, "store.db")
        write_with_mlflow(database)
        connection = sqlite3.connect(database)
        connection.execute("DELETE FROM experiments")
        connection.commit()
        FILE.write_text("\n".join(connection.iterdump()) + "\n", encoding="utf-8")
        connection.close()


def _assigned(name: str, texts: list[str]) -> set[str]:
    pattern = re.compile(rf"""^{name}\b[^=\n]*=\s*["'](\w+)["']""", re.MULTILINE)
    return {match[1] for match in map(pattern.search, texts) if match}


if __name__ == "__main__":
    main()
