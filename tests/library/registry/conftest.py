"""One project for the registry's tests: a run that logged two models, and one with other metrics."""

import warnings

import pandas as pd
import pytest
from sklearn.linear_model import LogisticRegression

from jupyter_mlstudio.registry.types import RegisterSpec
from jupyter_mlstudio.studio import Studio

EXAMPLE = pd.DataFrame({"delay": [0.0, 1.0]})
MODEL = LogisticRegression().fit(EXAMPLE, [0, 1])


@pytest.fixture(scope="package")
def runs(tmp_path_factory):
    """A studio with a good run, which names data, notebook and recipe, and a bad one."""
    studio = Studio.open(tmp_path_factory.mktemp("project"))
    (studio.project / "flights.csv").write_text("late\n0\n1\n")
    made = []
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for name, auc in (("good", 0.9), ("bad", 0.6)):
            with studio.track("delays", name=name) as run:
                run.set_tags({"mlstudio.notebook": "it's.ipynb", "mlstudio.recipe": "late.recipe.json"})
                run.log_params({"depth": 3, "kind": name})
                run.log_dataset("flights.csv", name="flights")
                run.log_metrics({"roc_auc": auc, "log_loss": 1 - auc})
                run.log_model(MODEL, input_example=EXAMPLE)
            made.append(run.id)
    return studio, *made


@pytest.fixture
def shelf(runs):
    """The studio with a model of two versions, the good run's and the bad one's; nothing of it stays."""
    studio, good, bad = runs
    for run in (good, bad):
        studio.registry.register(RegisterSpec(name="delay", run_id=run))
    yield studio
    for model in studio.registry.models().items:
        studio.registry.delete(model.name, force=True)


@pytest.fixture
def serving(shelf):
    """The registry of the shelf, told of an endpoint that follows the champion and serves version 1."""
    from datetime import UTC, datetime

    from jupyter_mlstudio.core.refs import ModelRef
    from jupyter_mlstudio.registry.surroundings import EndpointFacts

    now = datetime(2026, 1, 1, tzinfo=UTC)
    ref = ModelRef(name="delay", version=1)
    endpoint = EndpointFacts("e1", "late", "ready", now, ("delay", "champion"), (ref,), ())
    registry = shelf.registry
    before = registry._around
    registry._around = before._replace(endpoints=lambda: [endpoint], watched=lambda _: "Nothing drifts.")
    yield registry
    registry._around = before
