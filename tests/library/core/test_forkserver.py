import json
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from jupyter_mlstudio.core import forkserver
from jupyter_mlstudio.core.forkserver import asking, client, preload
from jupyter_mlstudio.core.forkserver.address import address, decisive, own_environment
from jupyter_mlstudio.core.forkserver.protocol import receive, send, surroundings
from jupyter_mlstudio.core.processes import alive, process_ref, reap

PROBE = """
import json, os, sys
from pathlib import Path

def main():
    import numpy as np
    print("printed")
    print("complained", file=sys.stderr)
    told = {
        "arguments": sys.argv[1:], "folder": os.getcwd(), "leader": os.getsid(0) == os.getpid(), "pid": os.getpid(),
        "name": sys.modules["__main__"].__file__, "environment": dict(os.environ), "parent": os.getppid(),
        "random": np.random.rand(), "files": sorted(os.listdir("/proc/self/fd")),
        "threads": len(os.listdir("/proc/self/task")), "warm": "pandas" in sys.modules, "path": sys.path[0],
    }
    Path(sys.argv[1]).write_text(json.dumps(told))

if __name__ == "__main__":
    main()
"""


@pytest.fixture
def probe(tmp_path, monkeypatch):
    """Start a module that tells how it finds itself, and return what it tells."""
    (tmp_path / "probe_of_forkserver.py").write_text(PROBE)
    monkeypatch.chdir(tmp_path)

    def start(environment=None, **options):
        told = tmp_path / f"{time.monotonic_ns()}.json"
        forkserver.start("probe_of_forkserver", [str(told)], tmp_path / "log", environment or {}, **options)
        return json.loads(_content(told))

    return start


def _content(path):
    deadline = time.monotonic() + 30
    while not (path.exists() and path.read_text()) and time.monotonic() < deadline:
        time.sleep(0.01)
    return path.read_text()


def _server():
    return forkserver.status().pid


def test_a_process_is_forked_as_if_it_had_been_started(warm, probe, tmp_path, monkeypatch):
    monkeypatch.setenv("JPY_PARENT_PID", "1")
    told = probe({"MINE": "yes"})
    assert told["warm"]
    assert told["parent"] == _server()
    assert told["leader"]
    assert told["threads"] == 1
    assert told["folder"] == told["path"] == str(tmp_path)
    assert told["name"] == str(tmp_path / "probe_of_forkserver.py")
    assert {**told["environment"], "JPY_PARENT_PID": "1"}.items() >= {**os.environ, "MINE": "yes"}.items()
    assert "JPY_PARENT_PID" not in told["environment"]
    assert sorted((tmp_path / "log").read_text().splitlines()) == ["complained", "printed"]


def test_nothing_of_one_process_leaks_to_the_next(warm, probe):
    first, second = probe({"SECRET": "1"}), probe()
    assert "SECRET" not in second["environment"]
    assert first["random"] != second["random"]
    assert first["files"] == second["files"]
    environment = Path(f"/proc/{_server()}/environ").read_bytes().split(b"\0")
    assert {line.partition(b"=")[0].decode() for line in environment if line} <= set(own_environment(os.environ))


@pytest.mark.parametrize("way", ["warm", "ordinary"])
def test_open_files_are_handed_to_a_process(warm, tmp_path, monkeypatch, way):
    code = "import os, sys\ndef main():\n    os.write(int(sys.argv[2]), os.read(int(sys.argv[1]), 9))\n"
    (tmp_path / "copier.py").write_text(code + "if __name__ == '__main__':\n    main()\n")
    monkeypatch.chdir(tmp_path)
    (near, far), (answer, theirs) = os.pipe(), os.pipe()
    forkserver.start("copier", [], tmp_path / "log", {}, warm=way == "warm", files=[near, theirs])
    for end in (near, theirs):
        os.close(end)
    os.write(far, b"something")
    assert os.read(answer, 9) == b"something"
    for end in (far, answer):
        os.close(end)
    reap()


def test_the_fork_server_remembers_how_a_process_ended(warm, probe, tmp_path):
    (tmp_path / "failing.py").write_text("def main():\n    raise SystemExit(3)\n")
    failing = forkserver.start("failing", [], tmp_path / "log", {})
    deadline = time.monotonic() + 10
    while (answer := client.ask({"verb": "ending", "pid": failing.pid})) == {"code": None}:
        assert time.monotonic() < deadline
        time.sleep(0.01)
    assert answer == {"code": 3}


def test_an_environment_that_imports_depend_on_is_served_the_ordinary_way(warm, probe):
    told = probe({"OMP_NUM_THREADS": "1"})
    assert (told["warm"], told["environment"]["OMP_NUM_THREADS"]) == (False, "1")
    assert not probe(warm=False)["warm"]
    reap()


def test_what_imports_and_kernels_set_themselves_makes_no_difference():
    inside = {"KMP_DUPLICATE_LIB_OK": "True", "MPLBACKEND": "module://matplotlib_inline.backend_inline", "TERM": "x"}
    assert decisive(inside) == {}
    assert decisive({"TZ": "UTC", "OMP_NUM_THREADS": "2", "SECRET": "x"}) == {"OMP_NUM_THREADS": "2", "TZ": "UTC"}


def test_who_has_lost_patience_gets_nothing_started(warm, probe, tmp_path):
    told = tmp_path / "told"
    asked = {"verb": "run", "module": "probe_of_forkserver", "arguments": [str(told)]}
    with client.connected(address(os.environ)) as connection, (tmp_path / "log").open("ab") as log:
        send(connection, {**asked, **surroundings(os.environ, None)}, [log.fileno()])
        child = process_ref(receive(connection)[0]["pid"])
    while alive(child):
        time.sleep(0.01)
    assert not told.exists()


def test_nonsense_is_refused_and_the_fork_server_goes_on(warm):
    with client.connected(address(os.environ)) as connection:
        connection.send(b"[]")
    assert "refused" in client.ask({"verb": "kernel"})
    assert forkserver.status().pid == _server()


def test_without_a_fork_server_a_process_starts_the_ordinary_way_and_brings_one_up(cold, probe):
    assert forkserver.status() is None
    assert not probe()["warm"]
    reap()
    assert forkserver.wait_until_warm(60)
    assert probe()["warm"]


def test_two_who_bring_it_up_at_once_end_with_one_and_a_killed_one_is_replaced(cold, probe, tmp_path):
    here = address(os.environ)
    here.folder.mkdir(mode=0o700)
    command = [sys.executable, "-m", asking.SERVER, str(here.folder)]
    both = [subprocess.Popen(command, env=own_environment(os.environ)) for _ in range(2)]
    while forkserver.status() is None:
        time.sleep(0.02)
    winner, loser = sorted(both, key=lambda each: each.pid != _server())
    assert loser.wait(10) == 0
    (tmp_path / "sleeper.py").write_text("import time\n\ndef main():\n    time.sleep(60)\n")
    child = forkserver.start("sleeper", [], tmp_path / "log", {})
    winner.kill()
    winner.wait()
    assert alive(child)
    assert forkserver.status() is None
    assert not probe()["warm"]
    assert forkserver.wait_until_warm(60)
    assert probe()["warm"]
    os.killpg(child.pid, signal.SIGKILL)
    reap()


def test_a_process_with_threads_forks_nothing(monkeypatch):
    monkeypatch.setattr(preload, "_PATIENCE", 0.05)
    going = threading.Event()
    thread = threading.Thread(target=going.wait)
    thread.start()
    try:
        with pytest.raises(preload.TooManyThreadsError, match="keeps threads running"):
            preload._settle()
    finally:
        going.set()
        thread.join()
