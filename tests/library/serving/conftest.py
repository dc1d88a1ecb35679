"""Small real models, saved once, and projects whose endpoints end with the test."""

import shutil
import warnings
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from served import ROWS, crasher, doubler, flights, pipeline, sleeper, unloadable

from jupyter_mlstudio.serving.runtime.app import Application, Limits
from jupyter_mlstudio.serving.runtime.key import Key, write_key
from jupyter_mlstudio.serving.runtime.model import load
from jupyter_mlstudio.studio import Studio

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # it asks for a client library that JupyterLab does not bring along
    from starlette.testclient import TestClient


@pytest.fixture(scope="session")
def models(tmp_path_factory) -> Path:
    """A folder of model folders."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import mlflow.pyfunc
        import mlflow.sklearn
        from mlflow.models import infer_signature
    from sklearn.ensemble import RandomForestClassifier
    from sklearn.linear_model import LogisticRegression

    root = tmp_path_factory.mktemp("models")
    numbers = np.linspace(0, 1, 60).reshape(-1, 3)

    def save(name, model, example, **options):
        mlflow.sklearn.save_model(
            model,
            str(root / name),
            **{
                "input_example": example,
                "serialization_format": "cloudpickle",
                "pip_requirements": ["scikit-learn"],
                **options,
            },
        )

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        save("delay", pipeline(("late", "on time")), flights().head(5))
        save("delay2", pipeline(("LATE", "ON TIME")), flights().head(5))
        save("sleeper", sleeper(), pd.DataFrame({"seconds": [0.0]}))
        save("crasher", crasher(), pd.DataFrame({"value": [2.0]}))
        save(
            "unloadable",
            unloadable(),
            None,
            signature=infer_signature(pd.DataFrame({"value": [2.0]})),
        )
        target = numbers[:, 0] > 0.5
        save("array", LogisticRegression().fit(numbers, target), numbers[:2])
        forest = RandomForestClassifier(3, random_state=0).fit(numbers, target)
        save(
            "skops",
            forest,
            numbers[:2],
            serialization_format="skops",
            skops_trusted_types=["sklearn.tree._tree.Tree"],
        )
        mlflow.pyfunc.save_model(
            str(root / "code"),
            python_model=doubler(),
            input_example=pd.DataFrame({"value": [2.0]}),
            pip_requirements=[],
        )
        save("unsigned", LogisticRegression().fit(flights()[["distance", "hour"]], np.arange(ROWS) > 30), None)
    return root


@pytest.fixture
def studio(tmp_path, models):
    """A project with the models in it; its endpoints are removed at the end."""
    shutil.copytree(models, tmp_path / "models")
    opened = Studio.open(tmp_path)
    yield opened
    for endpoint in opened.serving.endpoints().items:
        opened.serving.remove(endpoint.id)


@pytest.fixture(scope="session")
def application(models, tmp_path_factory):
    """Makes the web application of a model, without a process of its own."""
    folder = tmp_path_factory.mktemp("key")
    secret = write_key(folder / "key")

    def make(name: str, **limits) -> TestClient:
        model = load(models / name, trusted=True, project=folder)
        made = Application(name, "1", model, Key(folder / "key"), Limits(**{"rows": 1000, **limits}))
        return TestClient(made.asgi(), headers={"Authorization": f"Bearer {secret}"})

    return make


@pytest.fixture(scope="session")
def delay(application) -> TestClient:
    return application("delay")


@pytest.fixture
def rows() -> list[dict]:
    """Two raw rows as JSON has them."""
    return [
        {
            "carrier": "AA",
            "distance": 200.0,
            "hour": 5,
            "weekend": False,
            "departure": "2013-01-01T05:00:00",
            "gate": "A1",
        },
        {
            "carrier": "UA",
            "distance": 2800.0,
            "hour": 18,
            "weekend": True,
            "departure": "2013-01-05T18:00:00",
            "gate": None,
        },
    ]
