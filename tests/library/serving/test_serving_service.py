"""What can be done with endpoints that answer with several models, from a notebook and from the command line."""

import json
import os
import shutil
import signal
import subprocess
import sys
import warnings
from collections import Counter

import pandas as pd
import pytest
from loading import until
from served import flights

from jupyter_mlstudio import cli
from jupyter_mlstudio.core.errors import ConflictError, EngineError, InvalidError, NotFoundError
from jupyter_mlstudio.registry.types import AliasSpec, RegisterSpec
from jupyter_mlstudio.serving.types import FollowSpec, ModelAlias
from jupyter_mlstudio.studio import Studio

FIRST, SECOND = ["on time", "late"], ["ON TIME", "LATE"]


@pytest.fixture(scope="module")
def project(tmp_path_factory, models):
    folder = tmp_path_factory.mktemp("service")
    for name in ("delay", "delay2", "sleeper", "skops"):
        shutil.copytree(models / name, folder / "models" / name)
    return folder


@pytest.fixture(scope="module")
def studio(project):
    opened = Studio.open(project)
    yield opened
    for endpoint in opened.serving.endpoints().items:
        opened.serving.remove(endpoint.id)


@pytest.fixture(scope="module")
def endpoint(studio):
    """One endpoint for all; each test begins with its first deployment alone."""
    return studio.deploy("models/delay", "delay", trust=True)


@pytest.fixture
def alone(endpoint):
    if [share.number for share in endpoint.traffic] != [1]:
        endpoint.rollback(1)
    return endpoint


@pytest.fixture(scope="module")
def second(studio, endpoint):
    """The number of the endpoint's second deployment."""
    studio.deploy("models/delay2", "delay", trust=True, weight=10)
    number = endpoint.now.deployments[0].number
    endpoint.rollback(1)
    return number


def answered(endpoint, rows, times=50):
    return Counter(tuple(endpoint.predict(rows)) for _ in range(times))


def test_a_canary_gets_its_part_and_is_promoted_and_rolled_back(alone, second, rows):
    alone.split({1: 80, second: 20})
    assert answered(alone, rows)[tuple(SECOND)] == pytest.approx(10, abs=1)
    alone.split({1: 50, second: 50})
    assert answered(alone, rows)[tuple(SECOND)] == pytest.approx(25, abs=1)
    assert [share.number for share in alone.promote().traffic] == [second]
    assert alone.predict(rows) == SECOND
    assert alone.rollback().predict(rows) == FIRST


def test_a_split_that_makes_no_sense_is_refused(alone):
    with pytest.raises(InvalidError, match="has no deployment 77, or no longer"):
        alone.split({1: 1, 77: 1})
    with pytest.raises(InvalidError, match="nobody would answer"):
        alone.split({1: 0})
    with pytest.raises(NotFoundError, match="deployment 77 is not in the traffic"):
        alone.promote(77)
    with pytest.raises(NotFoundError, match="no deployment 77"):
        alone.rollback(77)
    with pytest.raises(NotFoundError, match="no earlier deployment"):
        alone.rollback()


def test_a_shadow_answers_nobody_and_its_agreement_is_counted(studio, alone):
    studio.deploy("models/delay2", "delay", trust=True, shadow=True)
    assert answered(alone, flights().head(6), 5) == {("on time",) * 6: 5}
    studio.deploy("models/delay", "delay", trust=True, shadow=True)
    shadows = [share.number for share in alone.traffic if share.shadow]
    alone.predict(flights())
    counted = {each.number: each for each in alone.stats().variants}

    def compared():
        counted.update({each.number: each for each in alone.stats().variants})
        return all(counted[number].compared_rows for number in shadows)

    until(compared)
    assert [counted[number].agreeing_rows for number in shadows] == [0, 60]
    assert counted[1].compared_rows == 0
    assert counted[shadows[1]].p50_ms is not None
    assert [share.number for share in alone.promote(shadows[1]).traffic] == [shadows[1]]


def test_one_caller_is_always_answered_by_the_same_deployment(alone, second, rows):
    alone.split({1: 50, second: 50})
    content = json.dumps({"dataframe_records": rows}).encode()
    headers = {"Content-Type": "application/json"}
    for caller in range(6):
        sticky = {**headers, "X-Session-Id": f"caller {caller}"}
        assert len({alone._ask("/invocations", content, sticky).body for _ in range(5)}) == 1


def test_several_models_answer_to_their_names_and_are_loaded_when_asked(studio, alone, rows):
    studio.deploy("models/delay2", "delay", trust=True, served_as="loud", lazy=True)
    assert (alone.predict(rows), alone.predict(rows, model="loud")) == (FIRST, SECOND)
    targeted = {"Content-Type": "application/json", "X-Amzn-SageMaker-Target-Model": "loud"}
    content = json.dumps({"dataframe_records": rows}).encode()
    assert alone._ask("/invocations", content, targeted).json() == {"predictions": SECOND}
    with pytest.raises(NotFoundError, match="no model 'quiet' here"):
        alone.predict(rows, model="quiet")
    assert {share.model for share in alone.traffic} == {"", "loud"}
    alone.split({1: 1})
    assert {share.model for share in alone.traffic} == {"", "loud"}


def test_frames_of_any_size_are_predicted(alone):
    import polars as pl

    few = flights()
    many = pd.concat([few] * 20, ignore_index=True)
    for frame in (few, many, pl.from_pandas(many)):
        assert alone.predict(frame) == (["on time"] * 29 + ["late"] * 31) * (len(frame) // 60)
        assert len(alone.predict(frame, "predict_proba")[0]) == 2
    with pytest.raises(InvalidError, match="'carier'"):
        alone.predict(many.rename(columns={"carrier": "carier"}))


def test_an_answer_may_come_later_and_survives_the_worker(studio, rows):
    slow = studio.deploy("models/sleeper", "slow", trust=True)
    promises = [slow.predict_async({"seconds": seconds}) for seconds in (1.5, 0.0)]
    until(lambda: promises[0].state == "running")
    status = json.loads((studio.state / "endpoints" / slow.id / "status.json").read_text())
    os.kill(status["workers"][0]["pid"], signal.SIGKILL)
    assert [promise.result(20) for promise in promises] == [[1.5], [0.0]]
    listed = studio.serving.requests(slow.id, 10)
    assert [(each.state, each.tries) for each in listed.items] == [("succeeded", 1), ("succeeded", 2)]
    wrong = slow.predict_async({"second": 0.0})
    with pytest.raises(InvalidError, match="'second'"):
        wrong.result(20)
    assert repr(slow.promise(promises[1].id)).endswith("succeeded>")
    promises[1].cancel()
    with pytest.raises(NotFoundError, match="no longer"):
        promises[1].result()
    with pytest.raises(EngineError, match=r"no answer after 0\.1 seconds"):
        slow.predict_async({"seconds": 1.0}).result(0.1)
    slow.remove()


def test_an_endpoint_falls_asleep_and_wakes_at_the_next_request(alone, rows):
    alone.scale(0)
    alone.sleep()
    until(lambda: alone.state == "asleep")
    assert alone.now.workers == 0
    assert alone.predict(rows) == FIRST
    assert alone.scale(1).now.scaling.min_workers == 1


def test_a_form_is_shown_and_predicts_what_is_in_it(alone):
    shown = alone.widget()
    try:
        assert "ready" in shown.children[0].value
        shown.button.click()
        assert "on time" in shown.children[3].value
        distance = next(field for field in shown.children[1].children if field.description == "distance")
        distance.value = 2900.0
        shown.predict()
        assert "late" in shown.children[3].value
    finally:
        shown.close()


def test_an_alias_is_followed(studio):
    from sklearn.linear_model import LogisticRegression

    frame = pd.DataFrame({"x": [0.0, 1.0]})
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for answers in ("ab", "AB"):
            with studio.track("letters") as run:
                run.log_model(LogisticRegression().fit(frame, list(answers)), input_example=frame)
            studio.registry.register(RegisterSpec(name="letter", run_id=run.id))
    studio.registry.set_alias("letter", "champion", AliasSpec(version=1))
    letter = studio.deploy("models:/letter@champion", follow=True)
    assert (letter.name, letter.now.follow) == ("letter", ModelAlias(name="letter", alias="champion"))
    assert letter.predict({"x": 0.0}) == ["a"]
    studio.registry.set_alias("letter", "champion", AliasSpec(version=2))
    until(lambda: letter.now.deployment is not None and letter.now.deployment.model.version == 2)
    other = Studio.open(studio.project)  # as another process would: it notices by itself
    other.poll()
    studio.registry._models.set_alias("letter", "champion", 1)
    until(lambda: other.poll() is not None and letter.now.deployment.model.version == 1)
    studio.serving.follow(letter.id, FollowSpec())
    assert letter.now.follow is None
    with pytest.raises(InvalidError, match="'2' is a version"):
        studio.serving.follow(letter.id, FollowSpec(follow=ModelAlias(name="letter", alias="2")))
    with pytest.raises(InvalidError, match="name the model by the alias to follow"):
        studio.deploy("models/delay", "delay", trust=True, follow="champion")
    letter.remove()


def test_what_is_deployed_needs_no_name(studio, rows):
    endpoint = studio.deploy("models/skops")
    assert endpoint.name == "skops"
    with endpoint:
        assert endpoint.state == "ready"
    assert endpoint.state == "stopped"
    with pytest.raises(ConflictError, match=r"is stopped\. Start it first"):
        endpoint.predict(rows)
    endpoint.remove()


def test_endpoints_are_ruled_from_the_command_line(studio, alone, second, rows, capsys, tmp_path):
    def run(*arguments):
        assert cli.main(["--project", str(studio.project), "endpoints", *arguments]) == 0
        return capsys.readouterr().out

    assert "delay " in run("list")
    assert run("split", "delay", "1=50", f"{second}=50").count("50%") == 2
    assert "compiled" in run("show", "delay")
    assert run("promote", "delay", str(second)).startswith("models/delay2")
    assert run("rollback", "delay", "1").startswith("models/delay")
    (tmp_path / "rows.json").write_text(json.dumps(rows))
    assert run("call", "delay", str(tmp_path / "rows.json")) == "on time\nlate\n"
    assert "0 to 2 workers" in run("scale", "delay", "--min", "0", "--max", "2")
    assert run("key", "delay").strip() == alone.key
    assert run("stop", "delay") == "stopped\n"
    assert "<Endpoint 'delay': asleep" in run("start", "delay")
    assert isinstance(run("log", "delay", "-n", "5"), str)
    assert cli.main(["--project", str(studio.project), "endpoints", "split", "delay", "1"]) == 1
    assert "Write the deployment's number and its weight" in capsys.readouterr().err


def test_a_project_that_can_only_be_read_is_looked_at_without_an_error(tmp_path):
    Studio.open(tmp_path).serving.endpoints()
    for path in (*tmp_path.rglob("*"), tmp_path):
        path.chmod(0o555 if path.is_dir() else 0o444)
    root = ["setpriv", "--bounding-set=-dac_override,-dac_read_search"] if os.geteuid() == 0 else []
    if root and shutil.which("setpriv") is None:
        pytest.skip("The superuser may write everywhere.")
    look = "import sys; from jupyter_mlstudio import Studio; print(Studio.open(sys.argv[1]).poll())"
    run = subprocess.run([*root, sys.executable, "-c", look, tmp_path], capture_output=True, check=False, text=True)
    for path in (tmp_path, *tmp_path.rglob("*")):
        path.chmod(0o755)
    assert (run.stdout, run.returncode) == ("[]\n", 0), run.stderr
