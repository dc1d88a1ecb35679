"""Files that a run keeps: texts, figures, pictures, tables, predictions."""

import json
import shutil
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any
from uuid import uuid4

from jupyter_mlstudio.core.errors import InvalidError
from jupyter_mlstudio.core.files import inside
from jupyter_mlstudio.experiments import frames
from jupyter_mlstudio.experiments.artifacts import local_folder
from jupyter_mlstudio.experiments.tracking import pictures
from jupyter_mlstudio.experiments.tracking.base import Part

TABLE_ROWS = 2000
"""Rows of a table that MLflow's own pages get to see, as JSON; the Parquet file has all of them."""

TABLES_TAG, IMAGES_TAG = "mlflow.loggedArtifacts", "mlflow.loggedImages"


class Files(Part):
    """What a run keeps as files."""

    def log_artifact(self, path: str | Path, folder: str | None = None) -> None:
        """Keep a copy of a file or a folder with the run."""
        _ = self._logging
        given = self._given(path)
        root = local_folder(self._begun.artifact_uri)
        if root is None:
            self._upload(given, folder)
            return
        into = inside(root, folder or ".") / given.name
        into.parent.mkdir(parents=True, exist_ok=True)
        if given.is_dir():
            shutil.copytree(given, into, dirs_exist_ok=True)
        else:
            shutil.copy2(given, into)

    def log_text(self, text: str, name: str) -> None:
        """Keep a text with the run, as a file of this name."""
        with self._file(name) as path:
            path.write_text(text, encoding="utf-8")

    def log_dict(self, values: Mapping[str, Any] | Sequence[Any], name: str) -> None:
        """Keep nested values with the run, as a file of JSON, or of YAML if the name ends so."""
        if Path(name).suffix in {".yaml", ".yml"}:
            import yaml

            self.log_text(yaml.safe_dump(values, sort_keys=False, allow_unicode=True), name)
            return
        self.log_text(json.dumps(values, indent=2, default=str, ensure_ascii=False), name)

    def log_figure(self, figure: Any, name: str) -> None:
        """Keep a figure of Matplotlib or Plotly with the run; the ending of the name says in which form.

        Raises:
            InvalidError: It is no figure, or cannot be written in that form.
        """
        with self._file(name) as path:
            pictures.save_figure(figure, path)

    def log_image(self, image: Any, name: str, step: int | None = None) -> None:
        """Keep a picture: a NumPy array of grey, RGB or RGBA values, or a picture of Pillow.

        Args:
            image: The picture. Floats are taken from 0 to 1, whole numbers from 0 to 255.
            name: Path of the file; with a step, what the row of pictures is called.
            step: When it was taken. Pictures of one name are shown in the order of their steps.

        Raises:
            InvalidError: It is no picture.
        """
        if step is None:
            with self._file(name if Path(name).suffix else f"{name}.png") as path:
                pictures.save(image, path)
            return
        stem = f"images/{name.replace('/', '~')}+step+{int(step)}+timestamp+{int(time.time() * 1000)}+{uuid4()}"
        with self._file(f"{stem}.png") as path:
            pictures.save(image, path)
        small = pictures.small(image)
        if small is not None:
            with self._file(f"{stem}+compressed.webp") as path:
                small.save(path)
        self.set_tags({IMAGES_TAG: "True"})

    def log_table(self, table: Any, name: str = "table") -> None:
        """Keep a table with the run: a DataFrame of pandas or Polars, or columns by name.

        It is kept as Parquet, which the wrangling panel opens, and the first 2,000 rows as JSON too, which MLflow's own
        pages show. A name that ends in `.parquet` or `.json` is kept in that form alone.

        Raises:
            InvalidError: It is no table.
        """
        frame = frames.table(table)
        suffix = Path(name).suffix if Path(name).suffix in {".json", ".parquet"} else ""
        stem = name.removesuffix(suffix)
        if suffix != ".json":
            with self._file(f"{stem}.parquet") as path:
                frame.to_parquet(path, index=False)
        if suffix != ".parquet":
            shown = frame if suffix else frame.head(TABLE_ROWS)
            with self._file(f"{stem}.json") as path:
                shown.to_json(path, orient="split", index=False, date_format="iso")
        self._tables.append({"path": f"{stem}{suffix or '.json'}", "type": "table"})
        self.set_tags({TABLES_TAG: json.dumps(self._tables)})

    def log_predictions(
        self, y_true: Any, y_pred: Any = None, y_score: Any = None, labels: Sequence[object] | None = None
    ) -> None:
        """Keep what a model predicted beside what was true, for the confusion matrix, ROC, PR and calibration.

        Args:
            y_true: The true labels.
            y_pred: The predicted ones; made from the scores if not given.
            y_score: Probabilities: one for each row (of the last label), or one for each row and label.
            labels: The labels in the order of the scores' columns; those of `y_true`, sorted, if not given.

        Raises:
            InvalidError: The lengths differ, or the scores fit no labels.
        """
        from jupyter_mlstudio.experiments.evaluation import predictions

        if y_pred is None and y_score is None:
            raise InvalidError("y_pred or y_score is needed: what the model predicted, or its probabilities.")
        with self._file(predictions.PATH) as path:
            made = predictions.write(path.parent, y_true, y_pred, y_score, labels)
            if made != path:
                made.replace(path)
