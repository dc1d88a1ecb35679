"""Versions as files: what goes out comes in, and nothing that is not what it says."""

import json
import stat
import zipfile

import pytest

from jupyter_mlstudio.core.errors import InvalidError, NotFoundError
from jupyter_mlstudio.core.refs import ModelRef
from jupyter_mlstudio.core.trust import digest
from jupyter_mlstudio.registry import unpacking
from jupyter_mlstudio.registry.card_types import CardSpec
from jupyter_mlstudio.registry.types import TagsSpec
from jupyter_mlstudio.studio import Studio


@pytest.fixture(scope="module")
def elsewhere(tmp_path_factory):
    """Another project."""
    return Studio.open(tmp_path_factory.mktemp("elsewhere"))


@pytest.fixture
def exported(shelf):
    """A version as a file."""
    shelf.registry.tag_version("delay", 1, TagsSpec(tags={"stage": "staging"}))
    shelf.registry.write_card("delay", 1, CardSpec(purpose="Tells who is late."))
    return shelf.project / shelf.registry.export("delay", 1).path


def changed(file, target, change):
    """Write an archive anew with other entries."""
    with zipfile.ZipFile(file) as before:
        entries = {name: before.read(name) for name in before.namelist()}
    change(entries)
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as after:
        for name, content in entries.items():
            after.writestr(name, content)
    return target


def test_a_version_goes_to_another_project_with_its_run_and_is_not_trusted(shelf, exported, elsewhere, runs):
    import mlflow

    (elsewhere.project / "in.model.zip").write_bytes(exported.read_bytes())
    looked = elsewhere.registry.archive("in.model.zip")
    assert (looked.name, looked.version, looked.metrics["roc_auc"], looked.pickled) == ("delay", 1, 0.9, True)
    version = elsewhere.registry.import_("in.model.zip", name="borrowed", aliases=["champion"])
    assert (version.name, version.aliases, version.tags["stage"]) == ("borrowed", ["champion"], "staging")
    run = elsewhere.experiments.run(version.run_id)
    before = shelf.experiments.run(runs[1])
    assert (run.params, run.name, run.experiment) == (before.params, "good", "delays")
    assert {m.name: m.value for m in run.metrics} == {m.name: m.value for m in before.metrics}
    assert [used.digest for used in run.datasets] == [used.digest for used in before.datasets]
    assert "Tells who is late." in elsewhere.registry.card("borrowed", 1).markdown
    folder = elsewhere.registry.version_folder(ModelRef(name="borrowed", version=1), lambda: pytest.fail("It is here."))
    assert not elsewhere.trust.knows(digest(folder))
    with pytest.raises(InvalidError, match="not known to come from this project"):
        elsewhere.deploy("models:/borrowed/1")
    elsewhere.registry.import_("in.model.zip", name="borrowed", trust=True)
    again = elsewhere.registry.version_folder(ModelRef(name="borrowed", version=2), lambda: pytest.fail("It is here."))
    assert elsewhere.trust.knows(digest(again))
    loaded = mlflow.MlflowClient(elsewhere.tracking_uri).get_logged_model(version.model_id)
    assert (loaded.source_run_id, str(loaded.status)) == (version.run_id, "READY")


def test_what_this_project_made_comes_back_trusted(shelf, exported):
    version = shelf.registry.import_(exported.name, name="back")
    folder = shelf.registry.version_folder(ModelRef(name="back", version=version.version), lambda: pytest.fail("Here."))
    assert shelf.trust.knows(digest(folder))


def test_rows_of_the_training_data_stay_at_home(exported):
    with zipfile.ZipFile(exported) as archive:
        assert not [name for name in archive.namelist() if name.endswith(".parquet")]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda e: e.update({"model/MLmodel": e["model/MLmodel"] + b"#"}), "another size"),
        (lambda e: e.update({"model/MLmodel": b"#" + e["model/MLmodel"][1:]}), "its digest is another"),
        (lambda e: e.update({"model/extra.py": b"1"}), "manifest lists"),
        (lambda e: e.pop("model/MLmodel"), "manifest lists"),
        (lambda e: e.update({"model/../../evil": b"1"}), "outside of its folder"),
        (lambda e: e.update({"/etc/evil": b"1"}), "outside of its folder"),
        (lambda e: e.update({"C:/evil": b"1"}), "outside of its folder"),
        (lambda e: e.update({"model\\..\\evil": b"1"}), "outside of its folder"),
        (lambda e: e.pop("manifest.json"), "no manifest.json"),
        (lambda e: e.update({"manifest.json": b"{"}), "JSON"),
        (lambda e: e.update({"manifest.json": b'{"id": 3}'}), "format"),
        (lambda e: e.update({"bomb": b"\0" * 60_000_000}), "no model does"),
    ],
)
def test_a_file_that_is_not_what_it_says_is_refused_and_leaves_nothing(exported, elsewhere, change, message):
    changed(exported, elsewhere.project / "odd.zip", change)
    before = elsewhere.registry.models()
    with pytest.raises(InvalidError, match=message):
        elsewhere.registry.import_("odd.zip", name="odd")
    assert elsewhere.registry.models() == before


def test_a_manifest_may_not_name_files_outside(exported, elsewhere):
    def climb(entries):
        manifest = json.loads(entries["manifest.json"])
        manifest["files"][0]["id"] = "../evil"
        entries["manifest.json"] = json.dumps(manifest).encode()

    changed(exported, elsewhere.project / "odd.zip", climb)
    with pytest.raises(InvalidError, match="manifest lists"):
        elsewhere.registry.archive("odd.zip")


def test_links_doubles_and_crowds_are_refused(elsewhere, monkeypatch):
    link = zipfile.ZipInfo("model/link")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    with zipfile.ZipFile(elsewhere.project / "odd.zip", "w") as archive:
        archive.writestr(link, "/etc/passwd")
    with pytest.raises(InvalidError, match="a link"):
        elsewhere.registry.archive("odd.zip")
    with zipfile.ZipFile(elsewhere.project / "odd.zip", "w") as archive:
        archive.writestr("a", "1")
        with pytest.warns(UserWarning, match="Duplicate"):
            archive.writestr("a", "2")
    with pytest.raises(InvalidError, match="twice"):
        elsewhere.registry.archive("odd.zip")
    monkeypatch.setattr(unpacking, "MOST_FILES", 1)
    with pytest.raises(InvalidError, match="at most 1"):
        elsewhere.registry.archive("odd.zip")


@pytest.mark.parametrize("cut", [10, 400, -60])
def test_a_damaged_file_is_refused(exported, elsewhere, cut):
    (elsewhere.project / "odd.zip").write_bytes(exported.read_bytes()[:cut])
    with pytest.raises(InvalidError, match="no archive"):
        elsewhere.registry.archive("odd.zip")


@pytest.mark.parametrize("path", ["../out.model.zip", "/tmp/out.model.zip", "folder", "out.txt"])
def test_a_version_is_written_only_into_the_project_and_as_a_zip(shelf, path):
    with pytest.raises(InvalidError, match=r"outside the project|no name of a file"):
        shelf.registry.export("delay", 1, path)


def test_an_import_needs_a_file_of_the_project(elsewhere):
    with pytest.raises(NotFoundError, match="no file"):
        elsewhere.registry.import_("nothing.zip")
    with pytest.raises(InvalidError, match="outside"):
        elsewhere.registry.import_("../x.zip")
