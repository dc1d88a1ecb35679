"""Small real models, saved once, and projects whose endpoints end with the test."""

import shutil
import warnings
from contextlib import ExitStack, contextmanager
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from answering import Target, answering
from served import ROWS, counter, crasher, doubler, flights, pipeline, sleeper, unloadable

from jupyter_mlstudio.studio import Studio


def save_sklearn(folder: Path, model, example, **options):
    import mlflow.sklearn

    plain = {"serialization_format": "cloudpickle", "pip_requirements": ["scikit-learn"]}
    mlflow.sklearn.save_model(model, str(folder), **{"input_example": example, **plain, **options})


def save_estimators(root: Path):
    from mlflow.models import infer_signature
    from sklearn.ensemble import RandomForestClassifier
    from sklearn.linear_model import LogisticRegression

    one, numbers = pd.DataFrame({"value": [2.0]}), np.linspace(0, 1, 60).reshape(-1, 3)
    target, plain = numbers[:, 0] > 0.5, flights()[["distance", "hour"]]
    save_sklearn(root / "delay", pipeline(("late", "on time")), flights().head(5))
    save_sklearn(root / "delay2", pipeline(("LATE", "ON TIME")), flights().head(5))
    save_sklearn(root / "sleeper", sleeper(), pd.DataFrame({"seconds": [0.0]}))
    save_sklearn(root / "crasher", crasher(), one)
    save_sklearn(root / "unloadable", unloadable(), None, signature=infer_signature(one))
    save_sklearn(root / "array", LogisticRegression().fit(numbers, target), numbers[:2])
    save_sklearn(root / "unsigned", LogisticRegression().fit(plain, np.arange(ROWS) > 30), None)
    forest = RandomForestClassifier(3, random_state=0).fit(numbers, target)
    vetted = {"serialization_format": "skops", "skops_trusted_types": ["sklearn.tree._tree.Tree"]}
    save_sklearn(root / "skops", forest, numbers[:2], **vetted)


def save_functions(root: Path):
    import mlflow.pyfunc
    from mlflow.models import infer_signature

    one = pd.DataFrame({"value": [2.0]})
    mlflow.pyfunc.save_model(str(root / "code"), python_model=doubler(), input_example=one, pip_requirements=[])
    streaming = {"signature": infer_signature(one), "streamable": True}
    mlflow.pyfunc.save_model(str(root / "counter"), python_model=counter(), pip_requirements=[], **streaming)


@pytest.fixture(scope="session")
def models(tmp_path_factory) -> Path:
    """A folder of model folders."""
    root = tmp_path_factory.mktemp("models")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # MLflow's, of many kinds
        save_estimators(root)
        save_functions(root)
    return root


@pytest.fixture(scope="session")
def project_of(models, tmp_path_factory):
    """Opens a project with some of the models in it for a while; its endpoints end with it."""

    @contextmanager
    def opened(*names: str):
        folder = tmp_path_factory.mktemp("project")
        for name in names:
            shutil.copytree(models / name, folder / "models" / name)
        studio = Studio.open(folder)
        try:
            yield studio
        finally:
            for endpoint in studio.serving.endpoints().items:
                studio.serving.remove(endpoint.id)

    return opened


@pytest.fixture
def studio(tmp_path, models):
    """A project with the models in it; its endpoints are removed at the end."""
    shutil.copytree(models, tmp_path / "models")
    opened = Studio.open(tmp_path)
    yield opened
    for endpoint in opened.serving.endpoints().items:
        opened.serving.remove(endpoint.id)


@pytest.fixture(scope="session")
def answers(models, tmp_path_factory):
    """Makes somebody who answers for a model over HTTP, without a process of its own; one for each model and limits."""
    with ExitStack() as stack:
        made: dict[str, Target] = {}

        def make(name: str, **limits) -> Target:
            place = f"{name} {limits}"
            if place not in made:
                folder = tmp_path_factory.mktemp("answers")
                made[place] = stack.enter_context(answering(models / name, folder, **limits))
            return made[place]

        yield make


@pytest.fixture(scope="session")
def delay(answers) -> Target:
    return answers("delay", rows=20_000)


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
