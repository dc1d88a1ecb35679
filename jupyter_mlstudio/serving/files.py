"""A model that is a single file, put into a folder as MLflow would lay it out."""

import json
import shutil
from pathlib import Path

from jupyter_mlstudio.core.errors import InvalidError
from jupyter_mlstudio.serving.runtime.mlmodel import OWN

FORMATS = {
    ".skops": "skops",
    ".pkl": "pickle",
    ".pickle": "pickle",
    ".joblib": "pickle",
    ".onnx": "onnx",
    ".ubj": "xgboost",
    ".json": "xgboost",
    ".txt": "lightgbm",
    ".cbm": "catboost",
}
"""What a model file holds, by its ending."""


def wrap(file: Path, folder: Path) -> None:
    """Copy a model file into a new folder, with a description that says how to read it.

    Raises:
        InvalidError: Its ending is none of a model.
    """
    form = FORMATS.get(file.suffix.lower())
    if form is None:
        told = f"{file.name!r} is no model file that can be served. Give a model folder, or {', '.join(FORMATS)}."
        raise InvalidError(told, code="no_model")
    folder.mkdir(parents=True)
    shutil.copyfile(file, folder / file.name)
    description = {"flavors": {OWN: {"format": form, "file": file.name}}}
    (folder / "MLmodel").write_text(json.dumps(description), encoding="utf-8")  # JSON is YAML
