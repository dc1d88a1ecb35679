"""What is kept with a model that a run logs, beside the model: the profile of its training data, and trust."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from jupyter_mlstudio.core.errors import InvalidError

if TYPE_CHECKING:
    import pandas as pd

KeepBaseline = Callable[[Path, Any, Any, Literal["training_data", "dataset", "input_example"], str | None, bool], None]
"""Writes a profile into a model's folder: of these rows, from there, with this target, and with a sample or without."""


class Training(NamedTuple):
    """What was given of the training data when a model was logged.

    Attributes:
        rows: The training data.
        target: Column that was to be predicted.
        keep_sample: Whether rows of them may be kept.
        dataset: The frame that the run logged before as its dataset.
    """

    rows: Any
    target: str | None
    keep_sample: bool
    dataset: Any


@dataclass(frozen=True)
class Keeping:
    """What the Studio does with a model's folder that a run has written.

    Attributes:
        trust: Notes the digest of a folder that this project made.
        baseline: Profiles the training data.
        sample: Whether rows of it may be kept at all.
    """

    trust: Callable[[str], None]
    baseline: KeepBaseline
    sample: bool = True

    def profile(self, folder: Path, pipeline: Any, training: Training, example: Any) -> None:
        """Keep the profile of the best that is known of the training data.

        Raises:
            InvalidError: The training data that was given is no table, or has no such target.
        """
        sample = self.sample and training.keep_sample
        if training.rows is not None:
            self.baseline(folder, pipeline, training.rows, "training_data", training.target, sample)
            return
        for rows, source in ((training.dataset, "dataset"), (example, "input_example")):
            if rows is not None and self._tried(folder, pipeline, rows, source, sample):  # type: ignore[arg-type]  # one of these
                return

    def _tried(
        self,
        folder: Path,
        pipeline: Any,
        rows: Any,
        source: Literal["training_data", "dataset", "input_example"],
        sample: bool,
    ) -> bool:
        """Profile what nobody asked to be profiled: a model is worth as much without it, so failing is no failure."""
        try:
            self.baseline(folder, pipeline, rows, source, None, sample)
        except Exception:  # whatever the rows are
            return False
        return True


def example_of(pipeline: Any, rows: Any, target: str | None) -> Any:
    """Return a few training rows as the model takes them, for want of an input example; None if that is not known."""
    from jupyter_mlstudio.experiments.frames import as_pandas

    table = as_pandas(rows)
    frame = table.head(5)
    if target is not None and target not in frame.columns:
        raise InvalidError(f"target: training_data has no column {target!r}.")
    first = getattr(pipeline, "steps", [("", pipeline)])[0][1]
    names = getattr(pipeline, "feature_names_in_", getattr(first, "feature_names_in_", None))
    if names is not None:
        columns = [name for name in names if name in frame.columns]
    elif target is not None:
        columns = [name for name in frame.columns if name != target]
    else:
        return None
    return _with_gaps(pipeline, table[columns], frame[columns])


def _with_gaps(pipeline: Any, table: "pd.DataFrame", few: "pd.DataFrame") -> "pd.DataFrame":
    """Add a row for each column with missing values: an endpoint takes them where the example has one.

    A model that was trained without these rows, since it cannot predict them, keeps the first few.
    """
    gaps = table.isna().to_numpy()
    places = list(range(len(few)))
    for column in range(gaps.shape[1]):
        if gaps[:, column].any() and not gaps[places, column].any():
            places.append(int(gaps[:, column].argmax()))
    wanted = table.iloc[places]
    if len(wanted) == len(few):
        return few
    try:
        pipeline.predict(wanted)
    except Exception:  # whatever the model thinks of them
        return few
    return wanted
