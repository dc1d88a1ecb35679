"""Models in files of formats that hold numbers and no code: loading one can run nothing, so nobody must be trusted."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from jupyter_mlstudio.serving.runtime.mlmodel import Field, ModelFile, NoModelError

NUMBERS = {"tensor(float)": "float32", "tensor(double)": "float64", "tensor(int64)": "int64", "tensor(int32)": "int32"}


def load_native(kind: str, path: Path) -> tuple[Any, tuple[Field, ...]]:
    """Load a model of a format in `mlmodel.FREE` other than skops; return it and the columns that it takes.

    Raises:
        NoModelError: The file is damaged, or its package is not installed.
    """
    try:
        return LOADERS[kind](path)
    except ModuleNotFoundError as error:
        told = f"The model needs the package {error.name!r}, which is not installed here. Install it and start again."
        raise NoModelError(told) from error
    except NoModelError:
        raise
    except Exception as error:  # each package has errors of its own for a file that it cannot read
        raise NoModelError(f"The {kind} file cannot be read: {error}"[:400]) from error


def with_inputs(file: ModelFile, fields: tuple[Field, ...]) -> ModelFile:
    """Write down what a model takes if its folder does not say so."""
    return file if file.inputs or not fields else replace(file, inputs=fields)


def columns(names: Sequence[str]) -> tuple[Field, ...]:
    """Return columns of numbers, in any of which a value may be missing."""
    return tuple(Field(name, "double", required=False) for name in names)


def _xgboost(path: Path) -> tuple[Any, tuple[Field, ...]]:
    import xgboost

    booster = xgboost.Booster()
    booster.load_model(path)
    names = booster.feature_names or [f"f{place}" for place in range(booster.num_features())]
    kind = (booster.attr("scikit_learn") or "") if booster.attributes() else ""
    if "classifier" in kind or "regressor" in kind:
        model = xgboost.XGBClassifier() if "classifier" in kind else xgboost.XGBRegressor()
        model.load_model(path)
        return model, columns(names)
    return XgboostModel(booster), columns(names)


def _lightgbm(path: Path) -> tuple[Any, tuple[Field, ...]]:
    import lightgbm

    booster = lightgbm.Booster(model_file=path)
    return LightgbmModel(booster), columns(booster.feature_name())


def _catboost(path: Path) -> tuple[Any, tuple[Field, ...]]:
    import catboost

    model = catboost.CatBoost().load_model(str(path))
    if len(model.classes_):
        model = catboost.CatBoostClassifier().load_model(str(path))
    categories = set(model.get_cat_feature_indices())
    names = enumerate(model.feature_names_)
    fields = (Field(name, "string" if place in categories else "double", required=False) for place, name in names)
    return model, tuple(fields)


def _onnx(path: Path) -> tuple[Any, tuple[Field, ...]]:
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    session = onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
    inputs = session.get_inputs()
    if len(inputs) == 1 and inputs[0].type in NUMBERS:
        shape = tuple(each if isinstance(each, int) else -1 for each in inputs[0].shape)
        return _Session(session, {inputs[0].name: NUMBERS[inputs[0].type]}), (
            Field(None, "tensor", True, NUMBERS[inputs[0].type], (-1, *shape[1:])),
        )
    if not all(each.type in NUMBERS or each.type == "tensor(string)" for each in inputs):
        raise NoModelError("The ONNX file takes values that no table holds.")
    fields = (
        Field(each.name, "string" if each.type == "tensor(string)" else "double", required=True) for each in inputs
    )
    return _Session(session, {each.name: NUMBERS.get(each.type, "object") for each in inputs}), tuple(fields)


class XgboostModel:
    """Trees of XGBoost with nothing but the numbers that they make of a table."""

    def __init__(self, booster: Any) -> None:
        self.booster = booster

    def predict(self, table: Any) -> Any:
        """Return what the trees add up to, in terms of the objective."""
        import xgboost

        return self.booster.predict(xgboost.DMatrix(table))


class LightgbmModel:
    """Trees of LightGBM with nothing but the numbers that they make of a table."""

    def __init__(self, booster: Any) -> None:
        self.booster = booster

    def predict(self, table: Any) -> Any:
        """Return what the trees add up to, in terms of the objective."""
        return self.booster.predict(table)


class _Session:
    """An ONNX graph: its first output are the predictions, and a second one the probabilities."""

    def __init__(self, session: Any, inputs: dict[str, str]) -> None:
        self._session, self._inputs = session, inputs
        outputs = session.get_outputs()
        self._names = [each.name for each in outputs]
        if len(outputs) > 1 and "tensor" in outputs[1].type:
            self.predict_proba = lambda table: self._run(table, 1)

    def predict(self, table: Any) -> Any:
        """Return the first output."""
        found = self._run(table, 0)
        return found[:, 0] if getattr(found, "shape", ())[1:] == (1,) else found

    def _run(self, table: Any, output: int) -> Any:
        import numpy as np

        if len(self._inputs) == 1 and not hasattr(table, "columns"):
            ((name, dtype),) = self._inputs.items()
            return self._session.run([self._names[output]], {name: np.asarray(table, dtype)})[0]
        given = {name: np.asarray(table[name], dtype).reshape(-1, 1) for name, dtype in self._inputs.items()}
        return self._session.run([self._names[output]], given)[0]


LOADERS: dict[str, Callable[[Path], tuple[Any, tuple[Field, ...]]]] = {
    "xgboost": _xgboost,
    "lightgbm": _lightgbm,
    "catboost": _catboost,
    "onnx": _onnx,
}
