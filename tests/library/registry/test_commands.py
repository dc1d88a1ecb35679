"""`jupyter mlstudio models …`."""

import pytest

from jupyter_mlstudio.cli import main


@pytest.fixture
def models(shelf, capsys):
    def models(*words, code=0):
        assert main(["--project", str(shelf.project), "models", *words]) == code
        told = capsys.readouterr()
        return told.err if code else told.out

    return models


def test_models_are_looked_at_promoted_and_passed_on_without_a_screen(models, shelf):
    assert "delay  2         2" in models("list")
    assert models("tag", "delay/1", "stage=production") == "tag    value\nstage  production\n"
    assert "production  0.9" in models("show", "delay", "--metric", "roc_auc")
    assert "roc_auc" in models("compare", "delay", "1", "2")
    assert "data flights" in models("lineage", "delay/1")
    assert "then version 2" in models("promote", "delay/2", "--dry-run")
    assert models("promote", "delay/1").startswith("delay@champion stood for nothing, now version 1")
    assert "worse than version 1" in models("promote", "delay/2", "--metric", "roc_auc", code=1)
    assert models("card", "delay@champion", "--keep").startswith("# delay 1\n")
    assert shelf.registry.card("delay", 1).published
    assert models("export", "delay/1", "out.model.zip").startswith("out.model.zip  ")
    assert models("import", "out.model.zip", "--name", "back") == "back, version 1\n"
    models("delete", "delay/2")
    assert "no version 2" in models("card", "delay/2", code=1)
    assert "names no version" in models("promote", "delay", code=1)
