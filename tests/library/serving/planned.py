"""Models translated without being saved first, and rows for them."""

from pathlib import Path

import numpy as np
import pandas as pd

from jupyter_mlstudio.serving.runtime.mlmodel import Field, ModelFile
from jupyter_mlstudio.serving.runtime.model import METHODS, Model
from jupyter_mlstudio.serving.runtime.plans import calibrate
from jupyter_mlstudio.serving.runtime.plans.opened import Plan
from jupyter_mlstudio.serving.runtime.plans.translate import translated
from jupyter_mlstudio.serving.runtime.question import Rows
from jupyter_mlstudio.serving.runtime.wire.arrays import columns_of

calibrate.BUDGET = 0.001  # how quick these are does not matter here
TYPES = {"float64": "double", "float32": "float", "int64": "long", "int32": "integer", "bool": "boolean"}


def model_of(estimator, frame) -> Model:
    """A fitted estimator as if it had been loaded; an array instead of a frame gives a signature of one tensor."""
    if isinstance(frame, np.ndarray):
        fields = (Field(None, "tensor", True, str(frame.dtype), (-1, frame.shape[1])),)
    else:
        fields = tuple(
            Field(name, TYPES.get(str(column.dtype), "string"), not column.isna().any())
            for name, column in frame.items()
        )
    file = ModelFile(Path("nowhere"), {"sklearn": {}, "python_function": {}}, fields, (), None, None)
    return Model(file, estimator, [name for name in METHODS if hasattr(estimator, name)], "sklearn")


def translation(estimator, frame) -> tuple[Model, dict]:
    """What preparation finds out about an estimator."""
    model = model_of(estimator, frame)
    return model, translated(model.file, lambda: model, many=False)


def rows_of(frame) -> Rows:
    """The rows of a frame as cells."""
    if isinstance(frame, np.ndarray):
        return Rows(len(frame), cells=[tuple(row) for row in frame.tolist()])
    kept = frame.astype(object).where(frame.notna(), None)
    return Rows(len(frame), cells=[tuple(row) for row in kept.itertuples(index=False)])


def by_column(model: Model, rows: Rows) -> Rows:
    """The same rows as columns."""
    return Rows(rows.count, columns=columns_of(model.schema, rows))


def assert_equal(model: Model, plan: Plan, rows: Rows, *, tolerance: float = 0.0) -> None:
    """Compare every method that the plan has with the original, in all forms of rows."""
    few = Rows(5, cells=rows.cells[:5])
    for method in sorted(plan.methods.intersection(model.methods)):
        for asked in (by_column(model, rows), rows, few, Rows(1, cells=rows.cells[:1])):
            with np.errstate(all="ignore"):
                expected, found = np.asarray(model.predict(asked, method, {})), plan.ask(asked, method)
            assert (found.shape, found.dtype.kind) == (expected.shape, expected.dtype.kind), method
            if found.dtype.kind == "f":
                np.testing.assert_allclose(found, expected, rtol=tolerance, atol=tolerance)
            else:
                assert found.tolist() == expected.tolist()


def numbers(count: int, width: int = 4, seed: int = 0) -> pd.DataFrame:
    random = np.random.default_rng(seed)
    return pd.DataFrame(random.normal(size=(count, width)), columns=[f"n{place}" for place in range(width)])


def mixed(count: int, seed: int = 0, *, gaps: bool = False) -> pd.DataFrame:
    random = np.random.default_rng(seed)
    frame = numbers(count, 3, seed)
    frame["whole"] = random.integers(-5, 50, count)
    frame["flag"] = random.random(count) > 0.5
    frame["carrier"] = random.choice(["AA", "UA", "DL", "B6"], count)
    frame["gate"] = random.choice(["A1", "A2", "B1"], count)
    if gaps:
        frame.loc[random.random(count) < 0.2, "n0"] = np.nan
        frame.loc[random.random(count) < 0.2, "gate"] = None
    return frame


def target(frame: pd.DataFrame, kinds: int = 2, seed: int = 1) -> np.ndarray:
    """Labels, or numbers if `kinds` is 0, that have to do with the columns."""
    random = np.random.default_rng(seed)
    values = frame.select_dtypes("number").fillna(0).to_numpy()
    score = values[:, 0] + values[:, -1] * values[:, 1] + random.normal(size=len(frame)) / 2
    if kinds == 0:
        return score
    names = np.array(["no", "yes", "maybe", "never"][:kinds])
    return names[np.searchsorted(np.quantile(score, np.arange(1, kinds) / kinds), score)]
