"""Runs as a DataFrame: made from columns as they lie in memory, not run by run."""

import warnings
from array import array
from typing import TYPE_CHECKING, Any

from jupyter_mlstudio.core.errors import EngineError
from jupyter_mlstudio.experiments.reading.packed import Packed
from jupyter_mlstudio.experiments.reading.table import TableQuery

if TYPE_CHECKING:
    import pandas as pd

    from jupyter_mlstudio.experiments.service import Experiments

TEXTS = ("experiment", "state", "notebook", "job", "parent", "user")
"""What every run has as text, beside its id and name."""


def run_frame(experiments: "Experiments", query: TableQuery) -> "pd.DataFrame":
    """Return runs with all that they logged, the newest first.

    Columns are named as by MLflow's `search_runs`: `metrics.<name>`, `params.<name>`, `tags.<name>`. Params that are
    numbers wherever they were logged become numbers.

    Raises:
        EngineError: The tracking server cannot be asked, and nothing is known of its runs.
    """
    import pandas as pd

    experiments.reading.renew([], [])
    packed = Packed(experiments.reading.table(query))
    _tell(packed.header["progress"])
    columns = _own(packed)
    columns |= _logged(packed, packed.header["rows"])
    if further := [f"{column['kind']}:{column['name']}" for column in packed.header["more"]]:
        told = {"columns": further, "ids": packed.header["own"]["id"]}
        columns |= _logged(Packed(experiments.reading.table(query.model_copy(update=told))), packed.header["rows"])
    return pd.DataFrame(columns, copy=False)


def _tell(progress: dict[str, Any] | None) -> None:
    """Say that a server could not be asked: by a warning if its runs are known from before, else by an error."""
    if progress is None or progress["problem"] is None:
        return
    if not progress["loaded"]:
        raise EngineError(progress["problem"], code="store_unreachable")
    warnings.warn(f"The runs are those of the last time. {progress['problem']}", stacklevel=4)


def _own(packed: Packed) -> dict[str, Any]:
    import pandas as pd

    own = packed.header["own"]
    began, ended = (_numbers(packed.buffer(own[name], "d")) for name in ("started", "ended"))
    columns: dict[str, Any] = {"run_id": own["id"], "name": own["name"]}
    for name in TEXTS:
        if name in own:
            columns[name] = _words(own[name]["words"], packed.buffer(own[name]["codes"], "i"))
    columns["started"] = pd.to_datetime(began, unit="ms", utc=True)
    columns["ended"] = pd.to_datetime(ended, unit="ms", utc=True)
    columns["duration"] = (ended - began) / 1000
    return columns


def _logged(packed: Packed, count: int) -> dict[str, Any]:
    return {
        f"{column['kind']}s.{column['name']}": _spread(packed, column, count) for column in packed.header["columns"]
    }


def _spread(packed: Packed, column: dict[str, Any], count: int) -> Any:
    """Return a value for every run; nothing where a run has none."""
    import numpy as np

    is_text = column.get("words") is not None
    held = packed.buffer(column["values"], "i" if is_text else "d")
    values: Any = _words(column["words"], held) if is_text else _numbers(held)
    if is_text and column["kind"] == "param":
        values = _as_numbers(column["words"], held, values)
    if column["rows"] is None:
        return values
    spread = np.full(count, np.nan if values.dtype.kind == "f" else None, dtype=values.dtype)
    spread[_places(packed.buffer(column["rows"], "i"))] = values
    return spread


def _as_numbers(words: list[str], codes: "array[int]", texts: Any) -> Any:
    import numpy as np

    try:
        numbers = np.array([float(word) for word in words])
    except ValueError:
        return texts
    return numbers[_places(codes)]


def _words(words: list[str], codes: "array[int]") -> Any:
    import numpy as np

    known = np.array([*words, None], dtype=object)  # the code -1 means nothing, and finds the last one
    return known[_places(codes)]


def _numbers(values: "array[float]") -> Any:
    import numpy as np

    return np.frombuffer(values, dtype=np.float64) if values else np.empty(0)


def _places(values: "array[int]") -> Any:
    import numpy as np

    return np.frombuffer(values, dtype=np.int32) if values else np.empty(0, dtype=np.int32)
