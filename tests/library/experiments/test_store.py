"""The store that comes with the project, and how its changes are noticed."""

import sqlite3
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

from jupyter_mlstudio import Studio
from jupyter_mlstudio.core.events import Changed
from jupyter_mlstudio.experiments import embedded, template
from jupyter_mlstudio.experiments.provenance.recording import flush
from jupyter_mlstudio.experiments.reading.schemas import TRIED
from jupyter_mlstudio.experiments.types import RunEdit


def schema(path):
    """Return the lines of each table, whose constraints MLflow writes in any order, and the journal mode."""
    connection = sqlite3.connect(path)
    try:
        found = connection.execute("SELECT name, sql FROM sqlite_master").fetchall()
        lines = {name: sorted(line.strip(" \t,") for line in (sql or "").splitlines()) for name, sql in found}
        return lines, connection.execute("PRAGMA journal_mode").fetchone()[0]
    finally:
        connection.close()


def test_the_template_is_what_the_installed_mlflow_would_make(tmp_path):
    template.write_with_mlflow(tmp_path / "real.db")
    embedded.create(tmp_path / "ours.db")
    assert schema(tmp_path / "ours.db") == (schema(tmp_path / "real.db")[0], "wal")


def test_the_reader_knows_the_schema_of_the_installed_mlflow():
    assert template.installed_revision() == template.REVISION
    assert template.REVISION in TRIED


def test_another_mlflow_makes_its_store_itself(tmp_path, monkeypatch):
    monkeypatch.setattr(template, "installed_revision", lambda: "another")
    embedded.create(tmp_path / "store.db")
    assert schema(tmp_path / "store.db")[1] == "wal"


def test_many_may_make_the_store_at_the_same_time(tmp_path):
    database = tmp_path / "deep" / "mlflow.db"
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda _: embedded.create(database), range(16)))
    assert [path.name for path in database.parent.iterdir()] == ["mlflow.db"]


def test_mlflow_opens_the_store(studio, logged):
    import mlflow

    found = mlflow.MlflowClient(studio.tracking_uri).search_runs(
        [studio.experiments.client().get_experiment_by_name("late flights").experiment_id]
    )
    assert [run.info.run_id for run in found] == [logged.id]


def test_reading_imports_no_engine(studio, logged):
    script = (
        f"import sys; from jupyter_mlstudio import Studio\n"
        f"studio = Studio.open({str(studio.project)!r}); studio.poll()\n"
        f"experiments = studio.experiments\n"
        f"run = experiments.run(experiments.runs().items[0].id)\n"
        f"experiments.series([run.id], 'loss'); experiments.artifacts(run.id); experiments.experiments()\n"
        f"print(sorted({{'mlflow', 'pandas', 'numpy', 'sklearn', 'sqlalchemy'}} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", script], check=True, capture_output=True, text=True)
    assert done.stdout.strip() == "[]"


def test_changes_by_others_are_noticed_run_by_run(studio):
    watcher = Studio.open(studio.project).experiments
    assert watcher.poll() == []
    with studio.track("x") as run:
        flush()
        assert watcher.poll() == [Changed(kind="run", id=run.id, change="added")]
        run.log_param("depth", 1)
        run.flush()
        assert watcher.poll() == [Changed(kind="run", id=run.id, change="changed")]
    flush()
    assert watcher.poll() == [Changed(kind="run", id=run.id, change="changed")]
    assert watcher.poll() == []
    studio.experiments.edit(run.id, RunEdit(name="other"))
    assert watcher.poll() == [Changed(kind="run", id=run.id, change="changed")]
    studio.experiments.client().set_tag(run.id, "mlflow.runName", "third")
    assert len(watcher.poll()) == 1


def test_what_was_there_before_is_no_change(studio, logged):
    assert Studio.open(studio.project).experiments.poll() == []


def test_what_is_done_here_is_published(studio, logged):
    told = []
    here = Studio.open(studio.project, publish=told.append).experiments
    here.delete(logged.id)
    here.restore(logged.id)
    here.edit(logged.id, RunEdit(note="x"))
    assert [(change.kind, change.id, change.change) for change in told] == [
        ("run", logged.id, "removed"),
        ("run", logged.id, "added"),
        ("run", logged.id, "changed"),
    ]
