"""How one notebook is run: its kernel, its environment, its limits, its result."""

import json
import os
import sys
import threading
import time
from functools import partial
from http.server import BaseHTTPRequestHandler, HTTPServer, SimpleHTTPRequestHandler

import nbformat
import psutil
import pytest

from jupyter_mlstudio import InvalidError
from jupyter_mlstudio.core import forkserver
from jupyter_mlstudio.jobs.types import JobSpec, JobState

FOREVER = "import time\nwhile True:\n    time.sleep(0.1)"
STUBBORN = (
    "import signal\nfor n in (signal.SIGINT, signal.SIGTERM):\n    signal.signal(n, signal.SIG_IGN)\nwhile True: pass"
)


@pytest.fixture
def run(studio):
    def run(notebook, **options):
        options.setdefault("keep_kernel_minutes", 0)
        return studio.jobs.wait(studio.jobs.submit(JobSpec(notebook=notebook, **options)).id, 60)

    return run


def texts(studio, job):
    cells = json.loads(studio.jobs.output(job.id).read_text())["cells"]
    return [
        "".join(output.get("text", output.get("data", {}).get("text/plain", [])))
        for cell in cells
        for output in cell.get("outputs", [])
    ]


def test_the_environment_of_a_job_is_the_kernels_alone(studio, run, write):
    look = "import os\nos.environ.get('SECRET'), open(f'/proc/{os.getppid()}/environ').read().count('SECRET')"
    notebook = write("a.ipynb", "import os\nos.environ.get('SECRET')", "os.environ.get('JPY_PARENT_PID') is not None")
    assert texts(studio, run(notebook, environment={"SECRET": "s3"})) == ["'s3'", "True"]
    assert texts(studio, run(write("b.ipynb", look))) == ["(None, 0)"]


def test_two_jobs_draw_different_random_numbers_and_share_no_names(studio, run, write):
    forkserver.warm_up()
    assert forkserver.wait_until_warm(60)
    notebook = write(
        "a.ipynb", "import random, numpy as np\n'seen' in globals()", "seen = 1\nrandom.random(), np.random.rand()"
    )
    jobs = [run(notebook) for _ in range(2)]
    assert [job.start for job in jobs] == ["warm", "warm"]
    [first, second] = [texts(studio, job) for job in jobs]
    assert first[0] == second[0] == "False"
    assert first[1] != second[1]


def test_a_clean_start_is_a_new_interpreter(studio, run, write):
    notebook = write("a.ipynb", "import sys\n'sklearn' in sys.modules")
    job = run(notebook, clean_start=True)
    assert (job.start, texts(studio, job)) == ("clean", ["False"])


@pytest.mark.parametrize("source", [FOREVER, STUBBORN])
def test_a_job_over_its_time_fails_as_a_whole(studio, run, write, until, source):
    notebook = write(
        "a.ipynb", "import os, subprocess\nprint(os.getpid(), subprocess.Popen(['sleep', '600']).pid)", source
    )
    job = run(notebook, timeout=1.5)
    assert (job.state, job.error.kind, job.error.name) == (JobState.FAILED, "timeout", "JobTimeoutError")
    assert "limit of 1.5 seconds" in job.error.message
    pids = [int(pid) for pid in texts(studio, job)[0].split()]
    until(lambda: not any(psutil.pid_exists(pid) for pid in pids))


@pytest.mark.parametrize("clean", [False, True])
def test_a_kernel_ends_as_python_does_though_its_job_has_ended_before(studio, run, write, tmp_path, until, clean):
    last = "atexit.register(lambda: (time.sleep(1), open('bye', 'w').close()))"
    open_file = (
        "file = open('open.txt', 'w')\nfile.write('complete')\nclass A:\n    def __del__(self): open('del', 'w')"
    )
    notebook = write("a.ipynb", "import atexit, time", last, open_file, "a = A()")
    assert run(notebook, clean_start=clean).state is JobState.SUCCEEDED
    assert not (tmp_path / "bye").exists()
    until((tmp_path / "bye").exists)
    until(lambda: (tmp_path / "open.txt").read_text() == "complete")
    assert (tmp_path / "del").exists()


def test_a_dead_kernel_is_noticed_within_two_seconds(studio, write, until):
    notebook = write("a.ipynb", "import os; print(os.getpid(), flush=True)", FOREVER)
    job = studio.jobs.submit(JobSpec(notebook=notebook))
    until(lambda: studio.jobs.get(job.id).cell == 2)
    os.kill(studio.jobs.queue.find(job.id).kernel.pid, 9)
    begin = time.monotonic()
    assert studio.jobs.wait(job.id, 30).error.kind == "kernel"
    assert time.monotonic() - begin < 2.5


def test_every_version_of_the_result_that_is_seen_is_whole_and_new(studio, write):
    source = "import time\nfor i in range(60):\n    print(f'{time.time()} ' + 'x' * 2000)\n    time.sleep(0.05)"
    job = studio.jobs.submit(JobSpec(notebook=write("a.ipynb", source)))
    ages = []
    while studio.jobs.get(job.id).ended_at is None:
        path = studio.jobs.output(job.id)
        if path.exists():
            seen = nbformat.reads(path.read_text(), as_version=4)
            output = seen.cells[1].get("outputs")
            if output:
                ages.append(time.time() - float(output[-1]["text"].rstrip().splitlines()[-1].split()[0]))
        time.sleep(0.03)
    assert len(ages) > 20
    assert sorted(ages)[-2] < 1


def test_the_result_is_written_to_where_it_is_wanted_too(studio, run, write, tmp_path):
    notebook = write("a.ipynb", "region", parameters="region = 'eu'")
    job = run(notebook, parameters={"region": "us"}, output="reports/{region}.ipynb")
    assert job.state is JobState.SUCCEEDED, job.error
    assert nbformat.read(tmp_path / "reports" / "us.ipynb", 4) == nbformat.read(studio.jobs.output(job.id), 4)
    failed = run(notebook, output="../outside.ipynb")
    assert (failed.error.kind, failed.error.cell) == ("save", None)
    assert "outside the project" in failed.error.message


def test_the_result_is_written_to_an_address(studio, run, write):
    received = []

    class Storage(BaseHTTPRequestHandler):
        def do_PUT(self):
            received.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(507 if "full" in self.path else 201)
            self.end_headers()

        def log_message(self, *_):
            pass

    with HTTPServer(("127.0.0.1", 0), Storage) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        address = f"http://127.0.0.1:{server.server_port}"
        assert run(write("a.ipynb", "6 * 7"), output=f"{address}/a.ipynb").state is JobState.SUCCEEDED
        failed = run("a.ipynb", output=f"{address}/full.ipynb")
        server.shutdown()
    assert received[0]["cells"][1]["outputs"][0]["data"]["text/plain"] == ["42"]
    assert (failed.error.kind, failed.error.name) == ("save", "ResultError")
    assert f"It is in {failed.output}" in failed.error.message


def test_a_notebook_is_read_from_an_address(studio, run, write, tmp_path):
    write("elsewhere/far.ipynb", "rows * 2", parameters="rows = 1")
    handler = partial(SimpleHTTPRequestHandler, directory=str(tmp_path / "elsewhere"))
    with HTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        address = f"http://127.0.0.1:{server.server_port}/far.ipynb"
        job = run(address, parameters={"rows": 4})
        with pytest.raises(InvalidError, match="is not a notebook"):
            studio.jobs.submit(address.replace("far", "gone"))
        server.shutdown()
    assert (job.state, job.generated, texts(studio, job)) == (JobState.SUCCEEDED, True, ["8"])
    with pytest.raises(InvalidError, match="could not be read"):
        studio.jobs.submit("http://127.0.0.1:9/far.ipynb")


BASH = """
import subprocess
from ipykernel.kernelbase import Kernel


class BashKernel(Kernel):
    implementation, implementation_version, banner = "bash", "1", ""
    language_info = {"name": "bash", "mimetype": "text/x-sh", "file_extension": ".sh"}

    def __init__(self, **options):
        super().__init__(**options)
        self.lines = ""

    def do_execute(self, code, silent, store_history=True, user_expressions=None, allow_stdin=False, **_):
        answer = subprocess.run(["bash", "-ec", self.lines + "\\n" + code], capture_output=True, text=True)
        self.send_response(self.iopub_socket, "stream", {"name": "stdout", "text": answer.stdout})
        if answer.returncode:
            error = {"ename": "ExitError", "evalue": str(answer.returncode), "traceback": [answer.stderr]}
            self.send_response(self.iopub_socket, "error", error)
            return {"status": "error", "execution_count": self.execution_count, **error}
        if "=" in code:
            self.lines += "\\n" + code
        return {"status": "ok", "execution_count": self.execution_count, "payload": [], "user_expressions": {}}


if __name__ == "__main__":
    from ipykernel.kernelapp import IPKernelApp

    IPKernelApp.launch_instance(kernel_class=BashKernel)
"""


@pytest.fixture
def bash(tmp_path_factory, monkeypatch):
    """A kernel of another language, with its kernelspec."""
    folder = tmp_path_factory.mktemp("bash kernel")
    (folder / "kernels" / "bash").mkdir(parents=True)
    (folder / "kernel.py").write_text(BASH)
    argv = [sys.executable, str(folder / "kernel.py"), "-f", "{connection_file}"]
    spec = {"argv": argv, "display_name": "Bash", "language": "bash"}
    (folder / "kernels" / "bash" / "kernel.json").write_text(json.dumps(spec))
    monkeypatch.setenv("JUPYTER_PATH", str(folder))
    return "bash"


def test_another_language_takes_the_slow_path_with_all_that_jobs_can(studio, run, write, bash, until):
    options = {"kernel": bash, "language": "bash"}
    text = "a=b; $(touch pwned) 'x' \"y\""
    notebook = write("a.ipynb", 'echo "$name"', "false", "echo end", parameters="name=default", **options)
    job = run(notebook, parameters={"name": text}, keep_kernel_minutes=1)
    assert (job.start, job.error.cell, job.error.name) == ("clean", 4, "ExitError")
    assert text + "\n" in texts(studio, job)
    assert not (studio.project / "pwned").exists()
    until(lambda: studio.jobs.get(job.id).kept_until)
    studio.jobs.resume(job.id, {4: 'echo "again $name"'})
    assert studio.jobs.wait(job.id, 30).state is JobState.SUCCEEDED
    assert texts(studio, job)[-2:] == [f"again {text}\n", "end\n"]
