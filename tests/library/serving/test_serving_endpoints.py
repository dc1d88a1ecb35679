"""Endpoints as processes: how they start, roll, survive, fail and end."""

import json
import os
import re
import shutil
import signal
import socket
import stat
import subprocess
import sys
import threading

import psutil
import pytest
from loading import Load, until

from jupyter_mlstudio.core.errors import ConflictError, EngineError, InvalidError, NotFoundError
from jupyter_mlstudio.serving.types import DeploySpec, RollbackSpec, RollSpec
from jupyter_mlstudio.studio import Studio


def deploy(studio, name="delay", model="delay", **options):
    return studio.deploy(f"models/{model}", name, **{"trust": True, **options})


def status(studio, endpoint):
    return json.loads((studio.state / "endpoints" / endpoint.id / "status.json").read_text())


def test_an_endpoint_answers_and_its_life_can_be_followed(studio, rows):
    endpoint = deploy(studio)
    assert endpoint.predict(rows) == ["on time", "late"]
    assert len(endpoint.predict(rows[0], method="predict_proba")[0]) == 2
    assert repr(endpoint) == f"<Endpoint 'delay': ready with models/delay at {endpoint.url}>"
    assert studio.endpoint("delay").id == endpoint.id
    port = endpoint.now.port
    endpoint.stop()
    assert (endpoint.state, endpoint.now.url) == ("stopped", None)
    with pytest.raises(ConflictError, match=r"is stopped\. Start it first"):
        endpoint.predict(rows)
    endpoint.start()
    assert (endpoint.now.port, endpoint.predict(rows)) == (port, ["on time", "late"])
    studio.serving.remove(endpoint.id)
    with pytest.raises(NotFoundError):
        studio.endpoint("delay")
    assert not (studio.state / "endpoints" / endpoint.id).exists()


def test_frames_of_pandas_and_polars_can_be_sent(studio):
    import polars
    from served import flights

    endpoint, frame = deploy(studio), flights().tail(4)
    assert endpoint.predict(frame) == ["late"] * 4
    assert endpoint.predict(polars.from_pandas(frame)) == ["late"] * 4


def test_an_endpoint_tells_what_one_needs_to_call_it(studio):
    endpoint = deploy(studio)
    detail = studio.serving.detail(endpoint.id)
    assert [column.name for column in detail.signature.inputs][:3] == ["carrier", "distance", "hour"]
    assert detail.signature.methods[:2] == ["predict", "predict_proba"]
    assert detail.signature.example[0]["gate"] is None
    assert [snippet.language for snippet in detail.snippets] == ["python", "python", "bash", "javascript"]
    run = subprocess.run(detail.snippets[2].text, shell=True, cwd=studio.project, capture_output=True, check=True)
    assert json.loads(run.stdout) == {"predictions": ["on time"]}
    for snippet in detail.snippets[:2]:
        code = re.sub(r"(?s)(endpoint\.predict.*|json\.load.*)$", r"print(\1)", snippet.text)
        run = subprocess.run([sys.executable, "-c", code], cwd=studio.project, capture_output=True, check=True)
        assert run.stdout.decode().strip() == "['on time']"


def test_the_key_is_a_secret_and_can_be_changed(studio, rows):
    endpoint = deploy(studio)
    file = studio.project / studio.serving.detail(endpoint.id).key_file
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    former = endpoint.key
    assert studio.serving.rotate_key(endpoint.id).key == endpoint.key != former
    assert endpoint.predict(rows) == ["on time", "late"]
    file.write_text(former + "x")
    assert endpoint.predict(rows) == ["on time", "late"]
    file.unlink()
    with pytest.raises(NotFoundError, match="Rotate it"):
        endpoint.predict(rows)


def test_the_worker_sees_no_secret_and_no_project_module_shadows_its_own(studio, rows, monkeypatch):
    monkeypatch.setenv("JUPYTER_TOKEN", "secret")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
    (studio.project / "json.py").write_text("raise SystemExit('shadowed')")
    monkeypatch.chdir(studio.project)
    endpoint = deploy(studio)
    assert endpoint.predict(rows) == ["on time", "late"]
    for process in (status(studio, endpoint)["host"], *status(studio, endpoint)["workers"]):
        assert "secret" not in psutil.Process(process["pid"]).environ().values()


def test_a_model_from_elsewhere_is_not_unpickled_without_trust(studio):
    with pytest.raises(InvalidError, match="not known to come from this project") as error:
        studio.deploy("models/delay", "delay")
    assert error.value.code == "untrusted"
    assert studio.serving.endpoints().items == []
    deploy(studio)
    assert studio.deploy("models/delay", "again").state == "ready"


def test_a_skops_model_of_vetted_classes_needs_no_trust(studio):
    endpoint = studio.deploy("models/skops", "forest")
    assert endpoint.now.deployment.trusted is False
    answer = studio.serving.address(endpoint.id)
    assert answer[0] == endpoint.url


def test_a_skops_model_cannot_vet_itself(studio, models):
    import skops.io
    from served import Strange

    folder = studio.project / "models" / "skops"
    skops.io.dump(Strange(), folder / "model.skops")
    with pytest.raises(EngineError, match=r"served\.Strange, which could run code"):
        studio.deploy("models/skops", "strange")


def test_a_model_that_was_changed_after_deploying_is_not_loaded(studio):
    endpoint = deploy(studio, "sleeper", "sleeper")  # no plan stands for it, so that its files are read
    endpoint.stop()
    (studio.state / "endpoints" / endpoint.id / "models" / "1" / "model.pkl").write_bytes(b"something else")
    with pytest.raises(EngineError, match="were changed after it was deployed"):
        endpoint.start()


@pytest.mark.parametrize(
    ("folder", "message"),
    [("models", "no MLmodel file"), ("../models", "outside the project"), ("models/broken", "cannot be read")],
)
def test_what_is_no_model_is_refused(studio, folder, message):
    (studio.project / "models" / "broken").mkdir()
    (studio.project / "models" / "broken" / "MLmodel").write_text("flavors: [")
    with pytest.raises(InvalidError, match=message):
        studio.deploy(folder, "nothing", trust=True)
    assert studio.serving.endpoints().items == []


def test_a_model_folder_with_a_link_is_refused(studio, tmp_path):
    (studio.project / "models" / "delay" / "link").symlink_to("/etc/passwd")
    with pytest.raises(InvalidError, match="holds a link"):
        deploy(studio)


def test_a_model_that_cannot_load_says_why_and_leaves_the_port(studio):
    with pytest.raises(EngineError, match="needs the package 'a_package_that_nobody_has'"):
        deploy(studio, "broken", "unloadable")
    endpoint = studio.serving.named("broken")
    assert (endpoint.state, endpoint.url) == ("failed", None)
    assert any("ModuleNotFoundError" in line for line in studio.serving.log(endpoint.id, 100).lines)


def test_a_busy_port_is_told_with_its_owner(studio, rows):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(EngineError, match=rf"Port {port} is in use by another program \(.*process {os.getpid()}\)"):
            deploy(studio, port=port)
        assert studio.serving.named("delay").state == "failed"
    assert studio.endpoint("delay").start().predict(rows) == ["on time", "late"]
    assert studio.endpoint("delay").now.port == port


def test_after_a_busy_port_another_one_may_be_chosen(studio, rows):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(EngineError, match="Choose another port, or none"):
            deploy(studio, port=port)
        endpoint = deploy(studio)
        assert endpoint.now.port != port
        assert endpoint.predict(rows) == ["on time", "late"]


def test_a_former_port_that_is_taken_is_replaced(studio, rows):
    endpoint = deploy(studio)
    port = endpoint.now.port
    endpoint.stop()
    shutil.copy(studio.state / "endpoints" / endpoint.id / "status.json", studio.project / "status.json")
    with socket.create_server(("127.0.0.1", port)):
        endpoint.start()
        assert endpoint.now.port != port
    assert endpoint.predict(rows) == ["on time", "late"]


def test_rolling_under_load_loses_no_request(studio, rows):
    endpoint = deploy(studio)
    with Load(endpoint, rows) as load:
        for model in ("delay2", "delay", "delay2"):
            deploy(studio, model=model)
            wanted = {"delay": "on time", "delay2": "ON TIME"}[model]
            until(lambda wanted=wanted: load.answers[-1] == wanted)
    assert load.failures == []
    assert set(load.answers) == {"on time", "ON TIME"}
    now = endpoint.now
    assert [deployment.number for deployment in now.deployments] == [4, 3, 2, 1]
    assert (now.deployment.number, now.rolling_to, now.restarts) == (4, None, 0)


def test_an_earlier_deployment_can_answer_again(studio, rows):
    endpoint = deploy(studio)
    deploy(studio, model="delay2")
    assert endpoint.predict(rows[0]) == ["ON TIME"]
    studio.serving.rollback(endpoint.id, RollbackSpec(number=1))
    endpoint.wait()
    assert endpoint.predict(rows[0]) == ["on time"]
    with pytest.raises(NotFoundError, match="no deployment 9"):
        studio.serving.rollback(endpoint.id, RollbackSpec(number=9))
    endpoint.stop()
    assert endpoint.start().now.deployment.number == 1


def test_a_roll_that_fails_leaves_the_present_model_answering(studio, rows):
    endpoint = deploy(studio)
    with Load(endpoint, rows) as load, pytest.raises(EngineError, match=r"could not take over.*still answers"):
        deploy(studio, model="unloadable")
    assert load.failures == []
    now = endpoint.now
    assert (now.state, now.deployment.number, endpoint.predict(rows[0])) == ("ready", 1, ["on time"])
    endpoint.stop()
    assert endpoint.start().now.deployment.number == 1


def test_an_endpoint_outlives_whoever_started_it(studio, rows):
    code = "import os, sys; from jupyter_mlstudio.studio import Studio; project = Studio.open(sys.argv[1]);"
    code += "project.deploy('models/delay', 'delay', trust=True); os.kill(os.getpid(), 9)"
    assert subprocess.run([sys.executable, "-c", code, studio.project], check=False).returncode == -9
    endpoint = Studio.open(studio.project).endpoint("delay")
    assert endpoint.predict(rows) == ["on time", "late"]
    endpoint.stop()
    assert endpoint.state == "stopped"


def test_stopping_finishes_what_was_asked(studio):
    endpoint = deploy(studio, "sleeper", "sleeper")
    answers = []
    caller = threading.Thread(target=lambda: answers.append(endpoint.predict({"seconds": 1.5})))
    caller.start()
    until(lambda: endpoint.stats().waiting == 1)
    endpoint.stop()
    caller.join()
    assert answers == [[1.5]]


def test_another_name_or_port_is_checked(studio):
    for name in ("", "a b", "../x", "-x", "x" * 64):
        with pytest.raises(ValueError, match="endpoint"):
            DeploySpec(endpoint=name, folder="models/delay")
    with pytest.raises(ValueError, match="exactly one"):
        RollSpec(run_id="a", folder="b")
    endpoint = deploy(studio)
    with pytest.raises(ConflictError, match="exists with another port"):
        deploy(studio, port=1 + endpoint.now.port)


def test_changes_are_noticed_by_others(studio):
    watcher = Studio.open(studio.project).serving
    assert watcher.poll() == []
    endpoint = deploy(studio)
    assert ("endpoint", endpoint.id, "added") in [(c.kind, c.id, c.change) for c in watcher.poll()]
    os.kill(status(studio, endpoint)["host"]["pid"], signal.SIGKILL)
    until(lambda: (endpoint.id, "changed") in [(c.id, c.change) for c in watcher.poll()])
    studio.serving.remove(endpoint.id)
    assert [(c.id, c.change) for c in watcher.poll()] == [(endpoint.id, "removed")]


def test_a_fitted_pipeline_a_run_and_a_version_can_be_deployed(studio, rows):
    from served import flights, pipeline

    endpoint = studio.deploy(pipeline(("late", "on time")), "delay", input_example=flights().head(3))
    run_id = endpoint.now.deployment.run_id
    assert endpoint.now.deployment.trusted
    assert studio.deploy(run_id, "delay").now.deployment.label == f"run {run_id[:8]}"
    from jupyter_mlstudio.registry.types import RegisterSpec

    version = studio.registry.register(RegisterSpec(name="late", run_id=run_id, aliases=["best"]))
    assert studio.deploy("models:/late@best", "delay").now.deployment.label == "late 1"
    assert studio.deploy(version, "delay").predict(rows) == ["on time", "late"]


def test_a_name_that_cannot_be_one_is_refused_in_words(studio):
    with pytest.raises(InvalidError) as refused:
        studio.deploy("models/delay", "late flights")
    told = "endpoint: use up to 63 letters, digits, - and _, and begin with a letter or a digit."
    assert str(refused.value) == told
