"""The registry: what is registered, under which names, and where its files are."""

import subprocess
import sys
import warnings

import pytest
from sklearn.linear_model import LogisticRegression

from jupyter_mlstudio.core.errors import ConflictError, InvalidError, NotFoundError
from jupyter_mlstudio.core.refs import ModelRef
from jupyter_mlstudio.experiments.engine import engine_errors
from jupyter_mlstudio.registry.models import MlflowModels
from jupyter_mlstudio.registry.service import Registry
from jupyter_mlstudio.registry.types import Alias, AliasSpec, DescriptionSpec, RegisterSpec
from jupyter_mlstudio.studio import Studio


@pytest.fixture(scope="module")
def template(tmp_path_factory):
    """A project with one run that logged two models."""
    studio = Studio.open(tmp_path_factory.mktemp("project"))
    model = LogisticRegression().fit([[0.0], [1.0]], [0, 1])
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        with studio.track("delays") as run:
            run.log_model(model, name="first")
            run.log_model(model, name="second")
    return studio, run.id


@pytest.fixture
def studio(template):
    studio, _ = template
    yield studio
    for model in studio.registry.models().items:
        studio.registry.delete(model.name)


@pytest.fixture
def run_id(template):
    return template[1]


@pytest.fixture
def through_mlflow(studio):
    """The same registry, read through MLflow as that of a remote store is."""
    return Registry(None, MlflowModels(studio.experiments.client, engine_errors), lambda _: None)


def test_a_project_without_a_store_has_no_models_and_gets_no_store(tmp_path):
    studio = Studio.open(tmp_path)
    assert studio.registry.models().items == []
    assert studio.registry.poll() == []
    with pytest.raises(NotFoundError, match="no registered model 'delay'"):
        studio.registry.model("delay")
    assert not (tmp_path / ".mlstudio" / "mlflow.db").exists()


def test_a_runs_newest_model_becomes_a_version(studio, run_id):
    newest, first = studio.registry.logged(run_id).items
    assert (newest.name, first.name) == ("second", "first")
    version = studio.registry.register(
        RegisterSpec(name="delay", run_id=run_id, description="A *try*.", aliases=["best"])
    )
    assert (version.name, version.version, version.state, version.run_id) == ("delay", 1, "ready", run_id)
    assert (version.model_id, version.description, version.aliases) == (newest.model_id, "A *try*.", ["best"])
    again = studio.registry.register(RegisterSpec(name="delay", run_id=run_id, model_id=first.model_id))
    assert (again.version, again.model_id) == (2, first.model_id)
    assert [known.version for known in studio.registry.versions("delay").items] == [2, 1]
    model = studio.registry.model("delay")
    assert (model.versions, model.latest_version, model.aliases) == (2, 2, [Alias(alias="best", version=1)])
    assert [known.registered for known in studio.registry.logged(run_id).items] == [
        [ModelRef(name="delay", version=1)],
        [ModelRef(name="delay", version=2)],
    ]


def test_what_is_read_from_the_store_is_what_mlflow_says(studio, run_id, through_mlflow):
    name = "a name, with 'both' kinds of \"marks\""
    for alias in ("best", "shadow"):
        studio.registry.register(RegisterSpec(name=name, run_id=run_id, aliases=[alias]))
    studio.registry.register(RegisterSpec(name="the other's", run_id=run_id))
    studio.registry.delete_version(name, 1)
    assert studio.registry.models() == through_mlflow.models()
    assert studio.registry.model(name) == through_mlflow.model(name)
    assert studio.registry.versions(name) == through_mlflow.versions(name)
    assert studio.registry.version(name, 2) == through_mlflow.version(name, 2)
    assert studio.registry.logged(run_id) == through_mlflow.logged(run_id)
    assert studio.registry.logged_by(f"{run_id},{run_id}") == through_mlflow.logged_by(f"{run_id},{run_id}")
    assert [model.name for model in studio.registry.logged_by(run_id).items] == ["second", "first"]
    assert studio.registry.all_versions() == through_mlflow.all_versions()
    listed = {(version.name, version.version) for version in studio.registry.all_versions().items}
    assert listed == {("the other's", 1), (name, 2)}


def test_an_alias_moves_and_goes(studio, run_id):
    for _ in range(2):
        studio.registry.register(RegisterSpec(name="delay", run_id=run_id))
    assert studio.registry.set_alias("delay", "champion", AliasSpec(version=1)).aliases[0].version == 1
    assert studio.registry.set_alias("delay", "champion", AliasSpec(version=2)).aliases[0].version == 2
    assert studio.registry.resolve("delay", "champion") == ModelRef(name="delay", version=2)
    assert studio.registry.resolve("delay", "1") == ModelRef(name="delay", version=1)
    assert studio.registry.remove_alias("delay", "champion").aliases == []
    with pytest.raises(NotFoundError, match="has the alias 'champion'"):
        studio.registry.resolve("delay", "champion")


@pytest.mark.parametrize("alias", ["", "3", "v3", "latest", "Latest"])
def test_an_alias_that_reads_like_a_version_is_refused(studio, run_id, alias):
    studio.registry.register(RegisterSpec(name="delay", run_id=run_id))
    with pytest.raises(InvalidError, match="alias"):
        studio.registry.set_alias("delay", alias, AliasSpec(version=1))


def test_descriptions_can_be_changed(studio, run_id):
    studio.registry.register(RegisterSpec(name="delay", run_id=run_id))
    assert studio.registry.describe("delay", DescriptionSpec(description="For all.")).description == "For all."
    assert studio.registry.describe_version("delay", 1, DescriptionSpec(description="One.")).description == "One."
    assert studio.registry.describe("delay", DescriptionSpec(description="")).description == ""


def test_a_deleted_version_is_gone_and_its_number_is_not_given_again(studio, run_id):
    for _ in range(2):
        studio.registry.register(RegisterSpec(name="delay", run_id=run_id))
    studio.registry.delete_version("delay", 1)
    assert [version.version for version in studio.registry.versions("delay").items] == [2]
    with pytest.raises(NotFoundError, match="no version 1"):
        studio.registry.version("delay", 1)
    assert studio.registry.register(RegisterSpec(name="delay", run_id=run_id)).version == 3


@pytest.mark.parametrize(
    ("change", "kind", "message"),
    [
        ({"run_id": "0" * 32}, NotFoundError, "logged no model"),
        ({"model_id": "m-0"}, NotFoundError, "no model with the id"),
        ({"name": "a/b"}, InvalidError, "may not contain"),
        ({"aliases": ["v1"]}, InvalidError, "alias"),
    ],
)
def test_what_cannot_be_registered_is_refused_and_leaves_nothing(studio, run_id, change, kind, message):
    with pytest.raises(kind, match=message):
        studio.registry.register(RegisterSpec(**{"name": "delay", "run_id": run_id, **change}))
    assert studio.registry.models().items == []


def test_a_version_has_a_folder_that_can_be_served(studio, run_id):
    version = studio.registry.register(RegisterSpec(name="delay", run_id=run_id))
    folder = studio.registry.version_folder(ModelRef(name="delay", version=1), lambda: pytest.fail("It is here."))
    assert (folder / "MLmodel").is_file()
    assert version.model_id in str(folder)
    hidden = folder.with_name("hidden")
    folder.rename(hidden)
    with pytest.raises(ConflictError, match="files are gone"):
        studio.registry.version_folder(ModelRef(name="delay", version=1), lambda: folder)
    hidden.rename(folder)


def test_a_model_that_is_not_on_this_machine_is_fetched(studio, run_id, tmp_path):
    model_id = studio.registry.logged(run_id).items[0].model_id
    models = MlflowModels(studio.experiments.client, engine_errors)
    fetched = models.fetch(models.logged_location(model_id), tmp_path)
    assert (fetched / "MLmodel").is_file()


def test_changes_by_others_are_noticed(studio, run_id):
    watcher = Studio.open(studio.project).registry
    assert watcher.poll() == []
    studio.registry.register(RegisterSpec(name="delay", run_id=run_id))
    assert [(c.kind, c.id, c.change) for c in watcher.poll()] == [("model", "delay", "added")]
    studio.registry.set_alias("delay", "best", AliasSpec(version=1))
    assert [(c.id, c.change) for c in watcher.poll()] == [("delay", "changed")]
    assert watcher.poll() == []
    studio.registry.delete("delay")
    assert [(c.id, c.change) for c in watcher.poll()] == [("delay", "removed")]


def test_own_changes_are_published(studio, run_id):
    told = []
    registry = Studio.open(studio.project, publish=told.append).registry
    registry.register(RegisterSpec(name="delay", run_id=run_id))
    registry.set_alias("delay", "best", AliasSpec(version=1))
    registry.delete("delay")
    assert [change.change for change in told] == ["added", "changed", "removed"]


def test_reading_imports_no_engine(studio, run_id):
    studio.registry.register(RegisterSpec(name="delay", run_id=run_id))
    code = (
        "import sys; from jupyter_mlstudio.studio import Studio; studio = Studio.open(sys.argv[1]);"
        "assert studio.registry.models().items; studio.registry.versions('delay'); studio.registry.poll();"
        "studio.serving.endpoints(); studio.serving.poll();"
        "assert not {'mlflow', 'pandas', 'numpy', 'sklearn'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code, studio.project], check=True)


def test_the_users_own_tracking_uri_is_left_alone(studio, run_id, tmp_path):
    import mlflow

    mlflow.set_tracking_uri(f"sqlite:///{tmp_path / 'own.db'}")
    try:
        studio.registry.register(RegisterSpec(name="delay", run_id=run_id))
        assert mlflow.get_tracking_uri() == f"sqlite:///{tmp_path / 'own.db'}"
        assert not (tmp_path / "own.db").exists()
    finally:
        mlflow.set_tracking_uri(None)
