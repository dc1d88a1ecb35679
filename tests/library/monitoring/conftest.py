"""A model with its baseline, an endpoint's folder that a real recorder fills, and the service over it."""

import dataclasses
import time
import warnings
from types import SimpleNamespace
from typing import NamedTuple

import numpy as np
import pandas as pd
import pytest
from sklearn.compose import ColumnTransformer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler

from jupyter_mlstudio.introductions import meeting
from jupyter_mlstudio.monitoring.meeting import Watched, WatchedModel
from jupyter_mlstudio.monitoring.service import Monitoring
from jupyter_mlstudio.serving.runtime.capture import Recorder
from jupyter_mlstudio.serving.runtime.order import Capture, Order, Variant
from jupyter_mlstudio.serving.runtime.question import Observation, Question, Rows
from jupyter_mlstudio.studio import Studio

TYPES = {"f": "double", "i": "long", "b": "boolean", "M": "datetime"}


def flights(rows: int, seed: int = 0, shift: float = 0.0) -> pd.DataFrame:
    """Draw rows; shifted, their distances are longer."""
    rng = np.random.default_rng(seed)
    return pd.DataFrame(
        {
            "distance": rng.normal(500 + 200 * shift, 200, rows),
            "wind": rng.gamma(2, 5, rows),
            "carrier": rng.choice(["AA", "UA", "B6"], rows, p=[0.5, 0.3, 0.2]),
            "day": rng.integers(0, 7, rows),
        }
    )


def late(table: pd.DataFrame) -> pd.Series:
    return pd.Series(np.where(table["distance"] / 200 + table["wind"] / 10 > 3.5, "late", "on time"), name="late")


class Recorded(NamedTuple):
    """The recorder of one worker."""

    recorder: Recorder

    def __call__(self, table: pd.DataFrame, answers, tag: str = "r", *, number: int = 1, method: str = "predict"):
        """Let it see a request a row, as an endpoint does, and wait until that is on disk."""
        cells = [tuple(None if pd.isna(value) else value for value in row) for row in table.itertuples(index=False)]
        asked = [Question(Rows(1, cells=[row]), method, bytes) for row in cells]
        self.recorder(
            [
                Observation("late", number, question, answers[place : place + 1], 1e-4, time.time(), f"{tag}{place}")
                for place, question in enumerate(asked)
            ]
        )
        self.recorder.close()


def order_for(folder, share=1.0, numbers=(1,), **capture) -> Order:
    variants = tuple(Variant(number, f"late {number}", "", "", "", True) for number in numbers)
    return Order("abc", "late", str(folder), str(folder), 1, variants, capture=Capture(share=share, **capture))


def fields_of(table: pd.DataFrame):
    return [SimpleNamespace(name=name, type=TYPES.get(kind.kind, "string")) for name, kind in table.dtypes.items()]


@pytest.fixture(scope="session")
def model():
    table = flights(3000)
    columns = ColumnTransformer(
        [("numbers", StandardScaler(), ["distance", "wind", "day"]), ("texts", OneHotEncoder(), ["carrier"])]
    )
    return make_pipeline(columns, LogisticRegression()).fit(table, late(table))


@pytest.fixture
def studio(tmp_path):
    return Studio.open(tmp_path)


@pytest.fixture
def endpoint(tmp_path):
    folder = tmp_path / ".mlstudio" / "endpoints" / "abc"
    folder.mkdir(parents=True)
    return folder


@pytest.fixture
def record(endpoint):
    return Recorded(Recorder(order_for(endpoint), lambda _: fields_of(flights(1))))


@pytest.fixture(scope="session")
def kept(model, tmp_path_factory):
    """The model's folder as `log_model` writes it."""
    from jupyter_mlstudio.introductions import keep_baseline

    folder = tmp_path_factory.mktemp("model")
    table = flights(3000)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        keep_baseline(folder, model, table.assign(late=late(table)), "training_data", None, True)
    return folder


@pytest.fixture
def watching(studio, endpoint):
    """Makes the service for an endpoint with this model folder, as the Studio does for its real ones."""

    def make(folder, share=1.0) -> Monitoring:
        watched = Watched("abc", "late", endpoint, 1, (1,), (WatchedModel(1, "late 1", folder),), share)
        met = meeting(studio.state, lambda: studio.serving, lambda: studio.jobs)
        studio.monitoring._meeting = dataclasses.replace(met, endpoints=lambda: [watched])
        return studio.monitoring

    return make


@pytest.fixture
def monitoring(watching, kept):
    return watching(kept)
