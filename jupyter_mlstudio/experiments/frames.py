"""The data that a run was made from, as MLflow keeps it: never the data itself, but what tells it apart."""

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jupyter_mlstudio.core.errors import InvalidError
from jupyter_mlstudio.experiments.tracking.entries import DataEntry

if TYPE_CHECKING:
    import pandas as pd

DIGEST_LENGTH = 32
"""Characters of a digest; MLflow keeps up to 36."""


def as_pandas(frame: Any) -> "pd.DataFrame":
    """Return a pandas or Polars frame as pandas.

    Raises:
        InvalidError: It is neither.
    """
    import pandas as pd

    if isinstance(frame, pd.DataFrame):
        return frame
    if type(frame).__module__.partition(".")[0] == "polars" and hasattr(frame, "to_pandas"):
        converted: pd.DataFrame = frame.to_pandas()
        return converted
    raise InvalidError(f"A DataFrame of pandas or Polars is needed, not {type(frame).__name__}.")


def digest_of(frame: "pd.DataFrame") -> str:
    """Return a text that differs as soon as a value, a type, a name or the order differs; the index does not count."""
    import pandas as pd

    total = hashlib.sha256(json.dumps([[str(name), str(kind)] for name, kind in frame.dtypes.items()]).encode())
    total.update(pd.util.hash_pandas_object(frame, index=False).to_numpy().tobytes())
    return total.hexdigest()[:DIGEST_LENGTH]


def described_frame(frame: "pd.DataFrame", name: str, context: str, source: str | None) -> DataEntry:
    """Describe a DataFrame; `source` says where it was read from, if that is known."""
    rows, columns = frame.shape
    schema = [{"type": str(kind), "name": str(column), "required": True} for column, kind in frame.dtypes.items()]
    origin = {"uri": source} if source else {"tags": {"mlflow.source.name": "a DataFrame in memory"}}
    return DataEntry(
        name,
        digest_of(frame),
        "local" if source else "code",
        json.dumps(origin),
        json.dumps({"mlflow_colspec": schema}),
        json.dumps({"num_rows": rows, "num_columns": columns, "num_elements": rows * columns}),
        context,
    )


def described_file(path: Path, name: str, context: str) -> DataEntry:
    """Describe a data file by its bytes."""
    with path.open("rb") as content:
        digest = hashlib.file_digest(content, "sha256").hexdigest()[:DIGEST_LENGTH]
    profile = json.dumps({"num_bytes": path.stat().st_size})
    return DataEntry(name, digest, "local", json.dumps({"uri": str(path)}), None, profile, context)


def table(given: Any) -> "pd.DataFrame":
    """Return a table as pandas: a frame, or columns by name.

    Raises:
        InvalidError: It is no table.
    """
    import pandas as pd

    if not isinstance(given, Mapping):
        return as_pandas(given)
    try:
        return pd.DataFrame(given)
    except ValueError as error:
        raise InvalidError(f"These columns make no table: {error}.") from error
