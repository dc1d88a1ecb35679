"""The engine process: another process answers as the Studio would, and is started again when it has died."""

import os
import signal
from concurrent.futures import ThreadPoolExecutor

import pytest

from jupyter_mlstudio import EngineError, NotFoundError, Studio
from jupyter_mlstudio.jobs.types import JobSpec
from jupyter_mlstudio_server.engine import EngineProcess, RemoteStudio

NOTEBOOK = '{"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}'


@pytest.fixture
def studio(tmp_path):
    return Studio.open(tmp_path)


@pytest.fixture
def engine(studio):
    process = EngineProcess(str(studio.project), studio.settings)
    yield process
    process.stop()


@pytest.fixture
def remote(studio, engine):
    return RemoteStudio(studio, engine)


def test_a_call_there_answers_what_a_call_here_would(remote, studio):
    (studio.project / "empty.ipynb").write_text(NOTEBOOK)
    spec = JobSpec(notebook="empty.ipynb")
    job = remote.jobs.submit(spec=spec)
    assert studio.jobs.get(job.id).spec == job.spec
    assert remote.jobs.get(id=job.id).id == job.id
    studio.jobs.wait(job.id, timeout=60)


def test_an_error_there_is_the_same_error_here(remote):
    with pytest.raises(NotFoundError, match="'unknown'") as here:
        remote.jobs.get(id="unknown")
    assert here.value.code == "not_found"


def test_calls_of_many_threads_get_their_own_answers(remote):
    def ask(name):
        with pytest.raises(NotFoundError) as told:
            remote.jobs.get(id=name)
        return name in str(told.value)

    with ThreadPoolExecutor(8) as pool:
        assert all(pool.map(ask, [f"job{number}" for number in range(40)]))


def test_after_a_kill_the_next_call_starts_it_again(remote, engine):
    assert remote.jobs.all() == []
    os.kill(engine.pid, signal.SIGKILL)
    codes = {_asked(remote) for _ in range(3)}  # a call that was on its way when it died may hear of it
    assert codes <= {None, "engine_died"}
    assert _asked(remote) is None


def _asked(remote):
    try:
        remote.jobs.all()
    except EngineError as error:
        return error.code
    return None


def test_after_stop_no_process_is_left(remote, engine):
    remote.jobs.all()
    pid = engine.pid
    engine.stop()
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)
