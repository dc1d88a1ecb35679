"""Baselines that somebody chose in place of the training data: a file, or the rows captured so far."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

from jupyter_mlstudio.core.errors import InvalidError
from jupyter_mlstudio.core.files import write_atomically
from jupyter_mlstudio.monitoring import captured
from jupyter_mlstudio.monitoring.baseline import SAMPLE_ROWS, SEED, Source, divided, profile, wanted
from jupyter_mlstudio.monitoring.drift import LEAST_BASELINE
from jupyter_mlstudio.monitoring.meeting import Watched, WatchedModel
from jupyter_mlstudio.monitoring.profiles import Baseline
from jupyter_mlstudio.monitoring.tables import polars_of, write_parquet
from jupyter_mlstudio.monitoring.types import LiveWindow

if TYPE_CHECKING:
    import polars as pl


def from_file(place: Path, table: Any, known: Baseline | None, model_folder: Path) -> None:
    """Make a baseline of a table; its column `prediction`, if there is one, stands for the model's answers."""
    frame = polars_of(table)
    asked = [column.name for column in known.columns] if known is not None else wanted(None, model_folder)
    inputs, _ = divided(frame, asked, None)
    answers = frame["prediction"] if "prediction" in frame.columns and "prediction" not in asked else None
    _keep(place, inputs, answers, "file", known)


def from_captured(place: Path, watched: Watched, model: WatchedModel, known: Baseline | None, most: int) -> None:
    """Make a baseline of the newest captured rows.

    Raises:
        InvalidError: There are too few of them.
    """
    rows = captured.read(watched.folder, model.number, LiveWindow(rows=most))
    if rows.height < LEAST_BASELINE:
        told = f"There are {rows.height} captured rows; {LEAST_BASELINE} are needed at least."
        raise InvalidError(f"{told} Name a file as path, or wait for more requests.", code="few_rows")
    answers = captured.answers(rows, known.classes if known is not None else [])
    _keep(place, captured.inputs(rows), answers, "captured", known)


def _keep(
    place: Path, inputs: "pl.DataFrame", answers: "pl.Series | None", source: Source, known: Baseline | None
) -> None:
    import polars as pl

    whole = inputs if answers is None else inputs.with_columns(answers.alias(_ANSWER))
    sample = whole.sample(min(whole.height, SAMPLE_ROWS), seed=SEED, shuffle=True)
    made = profile(inputs, source, None, answers, known.classes if known is not None else (), sample.height)
    if known is not None and known.problem is not None:
        made = made.model_copy(update={"problem": known.problem})
    write_parquet(sample.drop(_ANSWER, strict=False), place / "sample.parquet")
    if answers is not None:
        write_parquet(pl.DataFrame({"prediction": sample[_ANSWER]}), place / "answers.parquet")
    else:
        (place / "answers.parquet").unlink(missing_ok=True)
    write_atomically(place / "baseline.json", made.model_dump_json())


_ANSWER = "\0answer"
