"""Asks a model about rows; a row that it cannot answer never spoils its neighbours."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from jupyter_mlstudio.core.errors import EngineError, InvalidError
from jupyter_mlstudio.serving.batch.fitting import Fitter, pick
from jupyter_mlstudio.serving.batch.reading import Chunk
from jupyter_mlstudio.serving.batch.values import Wrong
from jupyter_mlstudio.serving.runtime.question import Answer, Predictor, Rows
from jupyter_mlstudio.serving.runtime.refusal import RefusedError

if TYPE_CHECKING:
    import pyarrow as pa

HOPELESS = 64
"""When so many rows were asked one by one and none was answered, the model is to blame, not the rows."""
LONGEST = 500
TABLE = 2


class Answering:
    """Answers for parts of a table with columns of answers."""

    def __init__(self, predictor: Predictor, fitter: Fitter, method: str, column: str, carried: Sequence[str]) -> None:
        self._predictor, self._fitter, self._method = predictor, fitter, method
        self._column, self._carried = column, list(carried)
        self._answered = 0
        self._failed = 0

    def answer(self, chunk: Chunk) -> "tuple[pa.RecordBatch, list[Wrong]]":
        """Return the carried columns with the answers beside them, and which rows have none.

        Raises:
            EngineError: The model answers nothing at all.
        """
        import pyarrow as pa

        wrong = list(chunk.wrong)
        rows = self._fitter.fit(chunk.rows, wrong)
        answers = self._answers(rows, wrong)
        carried = [chunk.rows.column(name) for name in self._carried]
        names = [*self._carried, *(name for name, _ in answers)]
        return pa.RecordBatch.from_arrays([*carried, *(array for _, array in answers)], names=names), wrong

    def _answers(self, rows: Rows, wrong: list[Wrong]) -> "list[tuple[str, pa.Array]]":
        import numpy as np

        if not wrong:
            try:
                return self._columns(self._ask(rows), rows.count)
            except RefusedError:
                pass
        good = np.ones(rows.count, dtype=bool)
        good[[row for row, _, _ in wrong]] = False
        places = np.flatnonzero(good)
        pieces: list[tuple[Any, Answer]] = []
        if len(places):
            self._split(pick(rows, places) if wrong else rows, places, pieces, wrong)
        return self._gathered(pieces, rows.count)

    def _split(self, rows: Rows, places: Any, pieces: list[tuple[Any, Answer]], wrong: list[Wrong]) -> None:
        """Ask about all rows, or else about each half, down to the single row that is to blame."""
        try:
            pieces.append((places, self._ask(rows)))
        except RefusedError as error:
            if rows.count == 1:
                column = error.details.get("column")
                wrong.append((int(places[0]), column, str(error)[:LONGEST]))
                self._failed += 1
                if self._failed >= HOPELESS and not self._answered:
                    raise EngineError(f"The model answers none of the rows. It says: {error}") from error
                return
            half = rows.count // 2
            self._split(pick(rows, slice(0, half)), places[:half], pieces, wrong)
            self._split(pick(rows, slice(half, rows.count)), places[half:], pieces, wrong)

    def _ask(self, rows: Rows) -> Answer:
        """Ask the model; whatever goes wrong within it is a refusal of these rows.

        Raises:
            RefusedError: The model cannot answer.
        """
        try:
            answer = self._predictor.predict(rows, self._method, {})
        except RefusedError as error:
            if error.reason == "unknown_method":
                raise InvalidError(f"method: {str(error).removeprefix('params: ')}") from error
            raise
        except (MemoryError, KeyboardInterrupt):
            raise
        except Exception as error:
            raise RefusedError("model_failed", f"{type(error).__name__}: {error}") from error
        if len(answer) != rows.count:
            raise EngineError(f"The model gave {len(answer)} answers for {rows.count} rows, so none can be assigned.")
        self._answered += rows.count
        return answer

    def _gathered(self, pieces: list[tuple[Any, Answer]], count: int) -> "list[tuple[str, pa.Array]]":
        import numpy as np
        import pyarrow as pa

        if not pieces:
            return []
        places = np.concatenate([found for found, _ in pieces])
        parts = [self._columns(answer, len(found)) for found, answer in pieces]
        if len(places) == count:
            return [(name, _joined([part[at][1] for part in parts])) for at, (name, _) in enumerate(parts[0])]
        back = np.full(count, -1)
        back[places] = np.arange(len(places))
        wanted = pa.array(back, mask=back < 0)
        return [(name, _joined([part[at][1] for part in parts]).take(wanted)) for at, (name, _) in enumerate(parts[0])]

    def _columns(self, answer: Answer, count: int) -> "list[tuple[str, pa.Array]]":
        import numpy as np

        if hasattr(answer, "toarray"):
            answer = answer.toarray()
        if hasattr(answer, "to_frame") and not hasattr(answer, "columns"):
            answer = answer.to_numpy()
        if hasattr(answer, "columns") and hasattr(answer, "iloc"):
            return [(self._named(str(name)), _arrow(answer[name].to_numpy())) for name in answer.columns]
        if isinstance(answer, np.ndarray) and answer.ndim == TABLE:
            if answer.shape[1] == 1:
                return [(self._column, _arrow(answer[:, 0]))]
            names = self._classes(answer.shape[1])
            return [(name, _arrow(np.ascontiguousarray(answer[:, at]))) for at, name in enumerate(names)]
        return [(self._column, _arrow(answer))]

    def _classes(self, width: int) -> list[str]:
        classes = getattr(self._predictor, "classes", None)
        named = classes if classes is not None and len(classes) == width else range(width)
        return [f"{self._column}_{each}" for each in named]

    def _named(self, name: str) -> str:
        return f"{self._column}_{name}" if name in self._carried or name.isdigit() else name


def _joined(arrays: "list[pa.Array]") -> "pa.Array":
    import pyarrow as pa

    return arrays[0] if len(arrays) == 1 else pa.concat_arrays(arrays)


def _arrow(values: Any) -> "pa.Array":
    import numpy as np
    import pyarrow as pa

    if isinstance(values, np.ndarray):
        if values.ndim > 1:
            values = list(values.tolist())
        elif values.dtype.kind == "U":
            values = values.astype(object)
    try:
        array = pa.array(values)
    except (pa.ArrowInvalid, pa.ArrowTypeError):
        array = pa.array([None if value is None else str(value) for value in values], pa.string())
    return array.combine_chunks() if isinstance(array, pa.ChunkedArray) else array
