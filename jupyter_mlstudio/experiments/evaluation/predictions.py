"""What a model predicted beside what was true: kept with its run, and read again."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from jupyter_mlstudio.core.errors import InvalidError

if TYPE_CHECKING:
    import numpy as np

FOLDER, FILE = "evaluation", "predictions.parquet"
PATH = f"{FOLDER}/{FILE}"
SCORE = "score:"
BINARY, TABLE = 2, 2


class Predictions(NamedTuple):
    """Labels as text; scores by label, empty if none were logged."""

    truth: "np.ndarray"
    predicted: "np.ndarray | None"
    scores: "dict[str, np.ndarray]"
    labels: list[str]


def write(
    folder: Path, y_true: Any, y_pred: Any = None, y_score: Any = None, labels: Sequence[object] | None = None
) -> Path:
    """Write predictions as the Parquet file that a run keeps under `evaluation/predictions.parquet`.

    Args:
        folder: Where to write it.
        y_true: The true labels.
        y_pred: The predicted ones; made from the scores if not given.
        y_score: Probabilities: one for each row (of the last label), or one for each row and label.
        labels: The labels in the order of the scores' columns; those of `y_true`, sorted, if not given.

    Raises:
        InvalidError: The lengths differ, or the scores fit no labels.
    """
    import numpy as np
    import pyarrow as pa
    import pyarrow.parquet as pq

    truth = np.asarray(y_true).ravel()
    names = list(labels) if labels is not None else sorted(_distinct(truth, y_pred), key=_order)
    columns: dict[str, Any] = {"y_true": [_text(value) for value in truth]}
    scores = _scores(y_score, len(truth), names)
    if y_pred is None and scores:
        chosen = np.argmax(np.column_stack([scores[_text(name)] for name in names]), axis=1)
        y_pred = [names[place] for place in chosen]
    if y_pred is not None:
        columns["y_pred"] = [_text(value) for value in np.asarray(y_pred).ravel()]
    columns |= {SCORE + name: values for name, values in scores.items()}
    if len({len(column) for column in columns.values()}) > 1:
        raise InvalidError(f"y_true has {len(truth)} rows, y_pred another number. Give one prediction for each row.")
    path = folder / FILE
    kept = pa.table(columns).replace_schema_metadata({"labels": "\n".join(map(_text, names))})
    pq.write_table(kept, path, compression="zstd")
    return path


def read(path: Path) -> Predictions:
    """Read what `write` has written; a file with such columns from elsewhere will do as well."""
    import numpy as np
    import pyarrow.parquet as pq

    table = pq.read_table(path)
    if "y_true" not in table.column_names:
        raise InvalidError(f"{PATH} has no column `y_true`. Log predictions by `run.log_predictions`.")
    truth = _texts(table["y_true"])
    predicted = _texts(table["y_pred"]) if "y_pred" in table.column_names else None
    scores = {
        name.removeprefix(SCORE): table[name].to_numpy().astype(np.float64)
        for name in table.column_names
        if name.startswith(SCORE)
    }
    kept = (table.schema.metadata or {}).get(b"labels", b"").decode()
    named = [*kept.split("\n")] if kept else []
    found = {*truth, *(predicted if predicted is not None else ()), *scores} - set(named)
    return Predictions(truth, predicted, scores, [*named, *sorted(found)])


def _scores(y_score: Any, rows: int, names: list[object]) -> dict[str, Any]:
    import numpy as np

    if y_score is None:
        return {}
    given = np.asarray(y_score, dtype=np.float64)
    if given.ndim == 1 and len(names) == BINARY:
        given = np.column_stack([1 - given, given])
    if given.ndim != TABLE or given.shape != (rows, len(names)):
        raise InvalidError(
            f"y_score has the shape {tuple(given.shape)}; {rows} rows of {len(names)} labels need ({rows}, "
            f"{len(names)}). Name the labels in the order of its columns: labels=[…]."
        )
    return {_text(name): given[:, place] for place, name in enumerate(names)}


def _distinct(truth: Any, predicted: Any) -> set[object]:
    import numpy as np

    both = [truth] if predicted is None else [truth, np.asarray(predicted).ravel()]
    return {value.item() if isinstance(value, np.generic) else value for part in both for value in part}


def _order(value: object) -> tuple[bool, float, str]:
    is_number = isinstance(value, int | float)
    return (not is_number, float(value) if isinstance(value, int | float) else 0.0, str(value))


def _text(value: object) -> str:
    import numpy as np

    plain = value.item() if isinstance(value, np.generic) else value
    return str(int(plain)) if isinstance(plain, float) and plain.is_integer() else str(plain)


def _texts(column: Any) -> "np.ndarray":
    import numpy as np

    return np.array([_text(value) for value in column.to_pylist()], dtype=object)
