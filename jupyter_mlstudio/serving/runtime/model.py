"""Loads the original of a model, and predicts with it."""

import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from jupyter_mlstudio.serving.runtime.mlmodel import FREE, OWN, Field, ModelFile, NoModelError, read
from jupyter_mlstudio.serving.runtime.native import LOADERS, load_native, with_inputs
from jupyter_mlstudio.serving.runtime.plans.known import known_texts
from jupyter_mlstudio.serving.runtime.question import Rows
from jupyter_mlstudio.serving.runtime.refusal import RefusedError
from jupyter_mlstudio.serving.runtime.vetting import load_vetted
from jupyter_mlstudio.serving.runtime.wire.frames import model_input
from jupyter_mlstudio.serving.runtime.wire.schema import Schema

METHODS = ("predict", "predict_proba", "predict_log_proba", "decision_function")


class Model:
    """A loaded model. One thread at a time may use it."""

    def __init__(self, file: ModelFile, loaded: Any, methods: Sequence[str], platform: str) -> None:
        self.file, self.methods, self.platform = file, tuple(methods), platform
        self.estimator, self.schema = loaded, Schema.of(file)

    def predict(self, rows: Rows, method: str, params: Mapping[str, Any]) -> Any:
        """Answer with whatever the model answers: an array, a table, a list.

        Raises:
            RefusedError: A parameter is not known, or the model itself found the values wrong.
        """
        self._check(params)
        table = model_input(self.schema, rows)
        try:
            if params:
                return self.estimator.predict(table, params=dict(params))
            return getattr(self.estimator, method)(table)
        except (ValueError, KeyError) as error:
            told = f"The model could not use these values: {_first_line(error)}"
            raise RefusedError("model_refused", told) from error

    def stream(self, rows: Rows, params: Mapping[str, Any]) -> Iterator[Any] | None:
        """Return the answer piece by piece, or None if the model cannot."""
        if self.platform != "mlflow" or not self._yields():
            return None
        table = model_input(self.schema, rows)
        pieces: Iterator[Any] = self.estimator.predict_stream(table, params=dict(params) or None)
        return pieces

    def _yields(self) -> bool:
        return bool(self.file.flavors.get("python_function", {}).get("streamable"))

    def _check(self, params: Mapping[str, Any]) -> None:
        if params and self.platform != "mlflow":
            told = f"params: {next(iter(params))!r} is not known. Only predict_method can be given."
            raise RefusedError("unknown_parameter", told, expected=["predict_method"])


def load(folder: Path, *, trusted: bool, project: Path) -> Model:
    """Load a model folder, with as little imported as it needs.

    Args:
        folder: Where its MLmodel file lies.
        trusted: Whether loading may run its code. Otherwise only formats that hold none load.
        project: Modules in it can be imported by trusted models, as they could where the model was trained.

    Raises:
        NoModelError: It cannot be loaded; the text says why.
    """
    file = read(folder)
    if not trusted and file.format not in FREE:
        raise NoModelError("The model is from elsewhere, and loading it can run its code. Deploy it again with trust.")
    if trusted:
        sys.path.append(str(project))
        sys.path[:0] = [str(folder / str(code)) for code in _code_folders(file)]
    if OWN in file.flavors:
        return _one_file(file, _path(file, file.flavors[OWN]["file"]), trusted=trusted)
    if "sklearn" in file.flavors:
        path = _path(file, file.flavors["sklearn"]["pickled_model"])
        return _sklearn(file, _unpickled(path, file.format, trusted=trusted))
    return Model(file, _pyfunc(folder), ["predict"], "mlflow")


def _one_file(file: ModelFile, path: Path, *, trusted: bool) -> Model:
    if file.format in LOADERS:
        loaded, fields = load_native(file.format, path)
        return _sklearn(with_inputs(file, fields), loaded)
    loaded = _unpickled(path, file.format, trusted=trusted)
    return _sklearn(with_inputs(file, inferred_inputs(loaded)), loaded)


def _path(file: ModelFile, name: Any) -> Path:
    path = file.folder / str(name)
    if not path.resolve().is_relative_to(file.folder.resolve()):
        raise NoModelError("The MLmodel file names a file outside its folder.")
    return path


def _unpickled(path: Path, format: str, *, trusted: bool) -> Any:
    if format == "skops":
        if not trusted:
            return load_vetted(path)
        import skops.io

        return skops.io.load(path, trusted=skops.io.get_untrusted_types(file=path))
    if path.suffix == ".joblib":
        import joblib

        return joblib.load(path)
    import cloudpickle

    with path.open("rb") as stream:
        return cloudpickle.load(stream)


def inferred_inputs(estimator: Any) -> tuple[Field, ...]:
    """Tell from a fitted estimator of scikit-learn which columns it takes, as far as it remembers."""
    names = getattr(estimator, "feature_names_in_", None)
    if names is not None:
        texts = {name for name, value in known_texts(estimator) if isinstance(value, str)}
        kinds = ((str(name), "string" if str(name) in texts else "double") for name in names)
        return tuple(Field(name, kind, required=False) for name, kind in kinds)
    width = getattr(estimator, "n_features_in_", None)
    return () if width is None else (Field(None, "tensor", True, "float64", (-1, int(width))),)


def _sklearn(file: ModelFile, loaded: Any) -> Model:
    found = [name for name in METHODS if hasattr(loaded, name)]
    if file.method not in found:
        raise NoModelError(f"The model has no method {file.method!r}; it is a {type(loaded).__name__}.")
    return Model(file, loaded, [file.method, *(name for name in found if name != file.method)], "sklearn")


def _pyfunc(folder: Path) -> Any:
    import mlflow.pyfunc

    return mlflow.pyfunc.load_model(str(folder))


def _code_folders(file: ModelFile) -> list[Any]:
    codes = (flavor.get("code") for flavor in file.flavors.values())
    return sorted({str(code) for code in codes if isinstance(code, str)})


def _first_line(error: BaseException) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[0][:300]
