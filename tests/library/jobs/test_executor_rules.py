"""What holds for executors without a cluster: which there are, who may begin a job, what a worker refuses."""

import os
import socket
import subprocess
import sys
from datetime import timedelta

import pytest

from jupyter_mlstudio import Studio
from jupyter_mlstudio.core.errors import InvalidError
from jupyter_mlstudio.core.types import now
from jupyter_mlstudio.jobs.executors import available
from jupyter_mlstudio.jobs.executors.available import address_of, check_executor
from jupyter_mlstudio.jobs.executors.carry import unfit
from jupyter_mlstudio.jobs.executors.connection import Connection
from jupyter_mlstudio.jobs.executors.local import LocalExecutor
from jupyter_mlstudio.jobs.executors.placements import Placements
from jupyter_mlstudio.jobs.executors.types import Capabilities, Sign, Work, Worker, tokens_of
from jupyter_mlstudio.jobs.executors.watch import Fate, fate
from jupyter_mlstudio.jobs.types import JobSpec, JobState, Resources
from jupyter_mlstudio.settings import Settings


@pytest.fixture
def asleep(monkeypatch):
    monkeypatch.setattr("jupyter_mlstudio.jobs.service.start_waiting", lambda *_: None)
    monkeypatch.setattr("jupyter_mlstudio.jobs.executors.wake.start_agent", lambda *_: None)


@pytest.fixture(params=["sqlite", "postgresql"])
def studio(tmp_path, asleep, request):
    url = None if request.param == "sqlite" else request.getfixturevalue("postgres_url")
    studio = Studio.open(tmp_path, jobs_url=url)
    yield studio
    for job in studio.jobs.all():  # without an agent, which would start a cluster to stop them
        if not studio.jobs.queue.stop_waiting(job.id):
            studio.jobs.queue.finish(job, JobState.STOPPED)


@pytest.fixture
def placements(studio):
    return Placements(studio.jobs.database, studio.jobs.project_id)


@pytest.fixture
def claimed(studio, write, asleep):
    write("a.ipynb", "1")
    studio.jobs.submit(JobSpec(notebook="a.ipynb", executor="dask"))
    return studio.jobs.queue.claim({"cpu": 1}, "dask")


def work(tmp_path, **changes):
    settings = tmp_path / "settings.json"
    settings.write_text(Settings().model_dump_json())
    fields = {"project": str(tmp_path), "settings_file": str(settings), "job": "j", "attempt": 1, "executor": "dask"}
    rest = {"resources": Resources(), "priority": 0, "version": "0.1.0", "host": socket.gethostname()}
    return Work(**{**fields, **rest, **changes})


def test_three_executors_are_listed_and_nothing_is_left_behind(tmp_path):
    items = Studio.open(tmp_path).jobs.executors.all().items
    told = [(each.name, each.available, each.default, each.state) for each in items]
    assert told == [
        ("local", True, True, "ready"), ("dask", True, False, "resting"), ("ray", True, False, "resting")
    ]  # fmt: skip
    assert items[1].reason == "The first job starts a cluster on this machine."
    assert items[0].tokens["cpu"] == 2
    assert list(tmp_path.iterdir()) == []


def test_asking_for_executors_imports_none_of_them(tmp_path):
    code = (
        "import sys; from jupyter_mlstudio import Studio; Studio.open(sys.argv[1]).jobs.executors.all(); "
        "print({'distributed', 'dask', 'ray'} & set(sys.modules))"
    )
    command = [sys.executable, "-c", code, str(tmp_path)]
    assert subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip() == "set()"


def test_a_cluster_that_does_not_answer_is_said_to_be_unreachable(tmp_path):
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        address = f"tcp://127.0.0.1:{nobody.getsockname()[1]}"
    [_, dask, _] = Studio.open(tmp_path, executor="dask", executor_address=address).jobs.executors.all().items
    assert (dask.state, dask.default, dask.address) == ("unreachable", True, address)
    assert dask.reason == f"Nothing answers at {address}. Start the cluster, or correct executor_address."


def test_an_executor_without_its_package_is_refused_with_what_to_install(monkeypatch, studio, write):
    monkeypatch.setitem(available.PACKAGES, "ray", "no-such-package")
    write("a.ipynb", "1")
    with pytest.raises(InvalidError, match=r'pip install "jupyter-mlstudio\[ray\]"'):
        studio.jobs.submit(JobSpec(notebook="a.ipynb", executor="ray"))
    assert studio.jobs.executors.all().items[2].state == "missing"


def test_an_unknown_executor_is_refused():
    with pytest.raises(InvalidError, match="Choose one of: local, dask, ray"):
        check_executor("slurm")


@pytest.mark.parametrize(
    ("executor", "address", "dask", "ray"),
    [
        ("dask", "tcp://h:1", "tcp://h:1", None),
        ("ray", "h:6379", None, "h:6379"),
        ("local", "tcp://h:1", "tcp://h:1", None),
        ("local", "ray://h:1", None, "ray://h:1"),
        ("dask", None, None, None),
    ],
)
def test_an_address_belongs_to_one_executor(executor, address, dask, ray):
    settings = Settings(executor=executor, executor_address=address)
    assert (address_of("dask", settings), address_of("ray", settings), address_of("local", settings)) == (
        dask, ray, None
    )  # fmt: skip


def test_a_worker_says_why_it_cannot_run_a_job(tmp_path):
    assert unfit(work(tmp_path)) is None
    assert "Install the same version on both" in unfit(work(tmp_path, version="9.9"))
    assert "does not see the project folder" in unfit(work(tmp_path, settings_file="/nowhere"))
    assert "Set jobs_url to a PostgreSQL database" in unfit(work(tmp_path, host="elsewhere"))


def test_a_worker_on_another_machine_may_run_a_job_that_is_kept_in_postgresql(tmp_path):
    there = work(tmp_path, host="elsewhere")
    settings = Settings(jobs_url="postgresql://studio@db/studio").model_dump_json()
    (tmp_path / "settings.json").write_text(settings)
    assert unfit(there) is None


def test_an_attempt_is_begun_once(claimed, placements):
    assert placements.begin(claimed.id, 1, "dask", "tcp://a")
    assert not placements.begin(claimed.id, 1, "dask", "tcp://b")
    assert placements.placed(claimed.id, 1) == ("tcp://a", socket.gethostname(), os.getpid())


def test_an_attempt_that_is_over_or_shall_stop_is_not_begun(studio, claimed, placements):
    studio.jobs.queue.request_stop(claimed.id)
    assert not placements.begin(claimed.id, 1, "dask", "tcp://a")
    assert studio.jobs.queue.unclaim(claimed)
    assert not placements.begin(claimed.id, 1, "dask", "tcp://a")


def test_there_is_one_agent(placements, asleep):
    assert placements.take("dask", "one", "settings.json") is None
    with pytest.raises(PermissionError):
        placements.take("dask", "two", "settings.json")
    assert placements.take("ray", "three", "settings.json") is None
    assert placements.beat("dask", "one") == "settings.json"
    assert placements.beat("dask", "two") is None


def test_an_agent_finds_the_cluster_of_the_one_that_resigned(placements, studio):
    studio.jobs.all()
    placements.take("dask", "one", "settings.json")
    placements.keep_cluster("dask", "one", {"address": "x"})
    placements.resign("dask", "one")
    assert placements.take("dask", "two", "settings.json").cluster == {"address": "x"}
    assert placements.beat("dask", "one") is None


def test_an_agent_does_not_leave_while_there_are_jobs(studio, claimed, placements):
    placements.take("dask", "one", "settings.json")
    assert not placements.leave("dask", "one")
    assert studio.jobs.queue.finish(claimed, JobState.STOPPED)
    assert placements.leave("dask", "one")
    assert placements.agent("dask") is None


def test_a_job_waits_while_the_cluster_does_not_offer_what_it_needs(studio, write, asleep):
    write("a.ipynb", "1")
    studio.jobs.submit(JobSpec(notebook="a.ipynb", executor="dask", resources=Resources(gpu=1)))
    assert studio.jobs.queue.claim({"cpu": 4}, "dask", 0) is None
    assert studio.jobs.queue.claim({"cpu": 4, "gpu": 1}, "dask", 0) is not None


def test_a_cluster_that_grows_gets_as_many_jobs_as_the_settings_allow(tmp_path):
    place = Studio.open(
        tmp_path, executor="dask", executor_address="tcp://h:1", max_parallel_jobs=8, job_resources={"gpu": 2}
    ).jobs._place
    connection = Connection(place, "dask", "token", None, lambda: None)
    worker = Worker(name="w", host="h", cpus=16, memory=0, tokens={})
    assert connection.supply().limits == {"cpu": 8, "gpu": 2}
    connection._has = Capabilities(workers=[worker], tokens={"cpu": 16}, dashboard=None)
    assert connection.supply().limits == {"cpu": 16, "gpu": 2}


def test_a_runner_elsewhere_counts_as_gone_when_it_is_silent_and_sooner_when_its_worker_is_lost(studio, claimed):
    queue = studio.jobs.queue
    queue.record(claimed, host="elsewhere", pid=1, pid_created=1.0)
    assert fate(queue.find(claimed.id), suspect=True) is Fate.LIVES
    queue.record(claimed, heartbeat_at=(now() - timedelta(seconds=30)).isoformat(timespec="microseconds"))
    assert fate(queue.find(claimed.id), suspect=False) is Fate.LIVES
    assert fate(queue.find(claimed.id), suspect=True) is Fate.GONE


def test_tokens_that_only_the_queue_counts_do_not_go_to_a_cluster():
    resources = Resources(gpu=0.5, custom={"licence": 1, "sweep:1": 1})
    assert dict(tokens_of(resources)) == {"gpu": 0.5, "licence": 1}


def test_this_machine_is_an_executor_like_the_others(studio, write, asleep, until, tmp_path):
    write("a.ipynb", "print('here')")
    job = studio.jobs.submit(JobSpec(notebook="a.ipynb"))
    claimed = studio.jobs.queue.claim({"cpu": 1})
    here = LocalExecutor(studio.jobs._place, studio.jobs.queue)
    spec = work(tmp_path, job=job.id, attempt=claimed.attempt, executor="local")
    handle = here.submit(spec, spec.key)
    assert here.submit(spec, spec.key) == handle
    until(lambda: here.poll(handle) is Sign.ENDED)
    assert studio.jobs.get(job.id).state == "succeeded"
    assert "here" in here.logs(handle)
    assert here.capabilities().tokens["cpu"] == 2
