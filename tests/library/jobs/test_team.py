"""Jobs of a team in a real PostgreSQL: several machines, projects and servers, and a server that goes away."""

import socket
import subprocess
import sys
import threading
import time
from contextlib import suppress
from urllib.parse import urlsplit

import psutil
import pytest

from jupyter_mlstudio import EngineError, Studio
from jupyter_mlstudio.jobs.types import JobState

SERVER = """
import sys, time
from jupyter_mlstudio import Studio
studio = Studio.open(sys.argv[1], jobs_url=sys.argv[2], max_parallel_jobs=2)
print("ready", flush=True)
while True:
    studio.poll()
    time.sleep(0.05)
"""


class Relay:
    """A way to the database that can be cut."""

    def __init__(self, url):
        there = urlsplit(url)
        self._there = (there.hostname, there.port)
        self._socket = socket.create_server(("127.0.0.1", 0))
        self._open = []
        self.up = True
        here = f"127.0.0.1:{self._socket.getsockname()[1]}"
        self.url = url.replace(f"{there.hostname}:{there.port}", here)
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self):
        with suppress(OSError):
            while True:
                near = self._socket.accept()[0]
                if not self.up:
                    near.close()
                    continue
                far = socket.create_connection(self._there)
                self._open += [near, far]
                for one, other in ((near, far), (far, near)):
                    threading.Thread(target=self._carry, args=[one, other], daemon=True).start()

    @staticmethod
    def _carry(one, other):
        with suppress(OSError):
            while part := one.recv(65536):
                other.sendall(part)
            other.shutdown(socket.SHUT_WR)

    def cut(self):
        self.up = False
        for each in self._open:
            with suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)
            each.close()
        self._open.clear()

    def close(self):
        self.cut()
        self._socket.close()


@pytest.fixture
def relay(postgres_url):
    relay = Relay(postgres_url)
    yield relay
    relay.close()


def test_a_job_in_postgresql_runs_and_the_password_is_on_no_command_line(tmp_path, postgres_url, write, until):
    write("a.ipynb", "import time; time.sleep(0.5)\nprint(rows)", parameters="rows = 1")
    studio = Studio.open(tmp_path, jobs_url=postgres_url)
    job = studio.jobs.submit("a.ipynb", rows=500)
    runner = until(lambda: studio.jobs.queue.find(job.id).runner)
    told = [*psutil.Process(runner.pid).cmdline(), *psutil.Process(runner.pid).environ().values()]
    assert not [text for text in told if urlsplit(postgres_url).password in text]
    ended = studio.jobs.wait(job.id, 60)
    assert (ended.state, ended.cells_done) == (JobState.SUCCEEDED, 3)
    assert [event.text for event in studio.jobs.events(job.id).items if event.kind == "output"] == ["500\n"]
    assert not (tmp_path / ".mlstudio/jobs.db").exists()
    [kept] = (tmp_path / ".mlstudio/settings").glob("*/*.json")
    assert (kept.stat().st_mode & 0o777, kept.parent.stat().st_mode & 0o777) == (0o600, 0o700)


def test_projects_in_one_database_see_only_their_own_jobs(tmp_path, postgres_url, write):
    for name in ("one", "two"):
        write(f"{name}/a.ipynb", "1")
    one, two = (Studio.open(tmp_path / name, jobs_url=postgres_url) for name in ("one", "two"))
    job = one.jobs.wait(one.jobs.submit("a.ipynb").id, 60)
    assert [each.id for each in one.jobs.all()] == [job.id]
    assert two.jobs.all() == []
    assert two.jobs.poll() == []


def test_two_servers_on_one_project_run_each_job_once(tmp_path, postgres_url, write):
    write("a.ipynb", "import os\nopen('ran.txt', 'a').write(os.environ['MLSTUDIO_JOB'] + '\\n')")
    command = [sys.executable, "-c", SERVER, str(tmp_path), postgres_url]
    servers = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(2)]
    try:
        studio = Studio.open(tmp_path, jobs_url=postgres_url, max_parallel_jobs=2)
        for server in servers:
            server.stdout.readline()
        jobs = [studio.jobs.submit("a.ipynb") for _ in range(6)]
        ended = [studio.jobs.wait(job.id, 60) for job in jobs]
    finally:
        for server in servers:
            server.kill()
            server.wait()
            server.stdout.close()
    assert {(job.state, job.attempt) for job in ended} == {(JobState.SUCCEEDED, 1)}
    assert sorted((tmp_path / "ran.txt").read_text().split()) == sorted(job.id for job in jobs)


def test_a_database_that_cannot_be_reached_is_named_and_used_again_when_it_is_back(tmp_path, relay, write, monkeypatch):
    monkeypatch.setattr("jupyter_mlstudio.core.postgres.PAUSE", 0.0)
    write("a.ipynb", "1")
    studio = Studio.open(tmp_path, jobs_url=relay.url)
    job = studio.jobs.wait(studio.jobs.submit("a.ipynb").id, 60)
    relay.cut()
    assert studio.poll() == []
    for ask in (studio.jobs.all, lambda: studio.jobs.get(job.id), lambda: studio.jobs.submit("a.ipynb")):
        with pytest.raises(EngineError, match="jobs_url") as refused:
            ask()
        assert refused.value.code == "jobs_database"
        assert urlsplit(relay.url).password not in str(refused.value)
    relay.up = True
    assert studio.jobs.get(job.id) == job
    assert studio.jobs.wait(studio.jobs.submit("a.ipynb").id, 60).state is JobState.SUCCEEDED


def test_a_wrong_address_is_a_clear_error(tmp_path, write):
    write("a.ipynb", "1")
    studio = Studio.open(tmp_path, jobs_url="postgresql://nobody@127.0.0.1:1/none")
    with pytest.raises(EngineError, match=r"jobs_url.*cannot be used"):
        studio.jobs.submit("a.ipynb")


def test_a_job_goes_on_while_the_database_is_away_and_notes_later_what_it_did(tmp_path, relay, write, until):
    write("a.ipynb", "import time\nfor i in range(30):\n    print(i, flush=True)\n    time.sleep(0.1)", "print('end')")
    studio = Studio.open(tmp_path, jobs_url=relay.url)
    job = studio.jobs.submit("a.ipynb")
    until(lambda: studio.jobs.get(job.id).cell == 1)
    relay.cut()
    time.sleep(2.5)
    relay.up = True
    time.sleep(2)  # as long as a server that was away is not asked again
    ended = studio.jobs.wait(job.id, 60)
    assert (ended.state, ended.attempt, ended.cells_done) == (JobState.SUCCEEDED, 1, 2)
    printed = "".join(event.text for event in studio.jobs.events(job.id).items if event.kind == "output")
    assert printed == "".join(f"{number}\n" for number in range(30)) + "end\n"
