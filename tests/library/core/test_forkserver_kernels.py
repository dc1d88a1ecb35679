import asyncio
import json
import os
import signal
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path

import nbclient
import nbformat
import papermill
import pytest
from jupyter_client.kernelspec import KernelSpecManager
from jupyter_client.manager import AsyncKernelManager, KernelManager

from jupyter_mlstudio.core import forkserver
from jupyter_mlstudio.core.forkserver import fitness
from jupyter_mlstudio.core.processes import alive, process_ref

NAME = "mlstudio-warm"


def wait_for(condition, seconds=10):
    deadline = time.monotonic() + seconds
    while not condition() and time.monotonic() < deadline:
        time.sleep(0.02)
    return condition()


def test_papermill_and_nbclient_get_warm_kernels_by_name_alone(warm, tmp_path):
    claimed = forkserver.status().claimed
    book = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("import os, sys; 'pandas' in sys.modules")])
    book.metadata.kernelspec = {"name": NAME, "display_name": "warm", "language": "python"}
    nbformat.write(book, tmp_path / "in.ipynb")
    done = papermill.execute_notebook(tmp_path / "in.ipynb", tmp_path / "out.ipynb", progress_bar=False)
    assert done.cells[-1].outputs[0]["data"]["text/plain"] == "True"
    nbclient.NotebookClient(book, kernel_name=NAME).execute()
    assert book.cells[0].outputs[0]["data"]["text/plain"] == "True"
    assert forkserver.status().claimed == claimed + 2


def test_a_kernel_is_handed_out_once_and_knows_nothing_of_the_one_before(warm, tmp_path, kernel, run):
    with kernel("python3", cwd=str(tmp_path), env={**os.environ, "SECRET": "x"}) as (manager, client):
        first, other = manager.provisioner.pid, run(client, "import numpy as np; a = 1; np.random.rand()")
    with kernel("python3") as (manager, client):
        assert manager.provisioner.warm
        assert manager.provisioner.pid != first
        assert run(client, "np") == "NameError"
        assert run(client, "import os; os.environ.get('SECRET')") == ""
        assert run(client, "os.getcwd()") == repr(str(Path.cwd()))
        assert run(client, "import numpy as np; np.random.rand()") != other


def test_an_interrupt_stops_the_cell_and_not_the_kernel(warm, kernel, run):
    with kernel() as (manager, client):
        client.execute("print('begun'); import time; time.sleep(30)")
        while client.get_iopub_msg(timeout=10)["msg_type"] != "stream":
            pass
        manager.interrupt_kernel()
        assert client.get_shell_msg(timeout=5)["content"]["ename"] == "KeyboardInterrupt"
        assert run(client, "1 + 1") == "2"


def test_a_restarted_kernel_is_a_new_warm_one_at_the_same_address(warm, kernel, run):
    with kernel() as (manager, client):
        first = manager.provisioner.pid
        run(client, "a = 1")
        addresses = manager.get_connection_info()
        manager.restart_kernel(now=True)
        client.wait_for_ready(timeout=30)
        assert manager.provisioner.warm
        assert manager.provisioner.pid != first
        assert manager.get_connection_info() == addresses
        assert run(client, "a") == "NameError"


LEGACY = """
import atexit, pathlib, threading, time
class Said:
    def __del__(self): open("deleted", "w").close()
said = Said()
atexit.register(pathlib.Path("exited").touch)
kept = open("written", "w"); kept.write("all of it")
threading.Thread(target=lambda: (time.sleep(0.3), pathlib.Path("waited").touch())).start()
"""


def test_a_polite_shutdown_lets_the_kernel_finish(warm, tmp_path, kernel, run):
    with kernel(cwd=str(tmp_path)) as (manager, client):
        run(client, LEGACY)
        process = manager.provisioner.process
        files = [Path(f"{manager.ip}-{port}") for port in manager.ports]
        manager.shutdown_kernel()
    assert {file.name for file in tmp_path.iterdir()} == {"deleted", "exited", "waited", "written"}
    assert (tmp_path / "written").read_text() == "all of it"
    assert process.returncode == 0
    assert not any(file.exists() for file in files)


def test_a_killed_kernel_is_noticed_at_once(warm):
    book = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("import os; os.kill(os.getpid(), 9)")])
    began = time.monotonic()
    with pytest.raises(nbclient.exceptions.DeadKernelError):
        nbclient.NotebookClient(book, kernel_name=NAME).execute()
    assert time.monotonic() - began < 10


OWNER = """
import sys, time
from jupyter_client.manager import AsyncKernelManager, KernelManager
manager = KernelManager(kernel_name="mlstudio-warm")
manager.start_kernel(independent="independent" in sys.argv)
assert manager.provisioner.warm
if "outlive" in sys.argv:
    manager.provisioner.outlive(1.5)
client = manager.client()
client.start_channels()
client.wait_for_ready(timeout=30)
client.execute("import subprocess; child = subprocess.Popen(['sleep', '60']); print(child.pid)")
while (message := client.get_iopub_msg(timeout=10))["msg_type"] != "stream":
    pass
print(manager.provisioner.pid, message["content"]["text"], flush=True)
time.sleep(60)
"""


@contextmanager
def orphan(*arguments):
    """The processes of a kernel and of what it has started, whose owner was killed."""
    owner = subprocess.Popen([sys.executable, "-c", OWNER, *arguments], stdout=subprocess.PIPE, text=True)
    with owner:
        found = [process_ref(int(pid)) for pid in owner.stdout.readline().split()]
        owner.kill()
    try:
        yield found
    finally:
        if alive(found[0]):
            os.killpg(found[0].pid, signal.SIGKILL)


def test_a_kernel_and_what_it_started_end_with_their_owner(warm):
    with orphan() as processes:
        assert wait_for(lambda: not any(alive(process) for process in processes))


def test_a_kernel_outlives_its_owner_as_long_as_it_was_told_to(warm):
    with orphan("outlive") as processes:
        time.sleep(0.5)
        assert all(alive(process) for process in processes)
        assert wait_for(lambda: not any(alive(process) for process in processes))


def test_an_independent_kernel_lives_on_by_itself(warm):
    with orphan("independent") as processes:
        time.sleep(0.5)
        assert all(alive(process) for process in processes)


def test_a_kernel_lives_on_when_the_fork_server_is_killed_and_restarts_the_ordinary_way(warm, kernel, run):
    with kernel() as (manager, client):
        run(client, "a = 1")
        os.kill(forkserver.status().pid, signal.SIGKILL)
        assert wait_for(lambda: forkserver.status() is None)
        assert run(client, "a") == "1"
        manager.restart_kernel(now=True)
        client.wait_for_ready(timeout=30)
        assert not manager.provisioner.warm
        assert run(client, "a") == "NameError"


def test_a_kernel_that_began_the_ordinary_way_is_a_warm_one_after_a_restart(warm, monkeypatch, run):
    with monkeypatch.context() as patch:
        patch.setattr(fitness, "INLINE", "another")
        patch.setenv("MPLBACKEND", "module://matplotlib_inline.backend_inline")
        manager = KernelManager(kernel_name=NAME)
        manager.start_kernel()
    assert not manager.provisioner.warm
    client = manager.client()
    client.start_channels()
    client.wait_for_ready(timeout=30)
    manager.restart_kernel(now=True)
    client.wait_for_ready(timeout=30)
    assert manager.provisioner.warm
    assert run(client, "2 + 2") == "4"
    client.stop_channels()
    manager.shutdown_kernel(now=True)


def test_waiting_kernels_end_with_the_fork_server_even_those_that_have_just_begun(warm, kernel):
    with kernel() as (manager, _):
        server, mine = forkserver.status().pid, manager.provisioner.pid
        assert wait_for(lambda: len(_children(server)) > 1)
        waiting = [process_ref(pid) for pid in _children(server) if pid != mine]
        forkserver.stop()
        assert wait_for(lambda: not any(alive(process) for process in waiting))
        assert manager.is_alive()


@pytest.mark.parametrize("seconds", [0, 0.15, 2])  # they are being forked, start, and wait
def test_kernels_that_nobody_has_end_with_a_fork_server_that_is_killed(warm, kernel, run, seconds):
    with kernel() as (manager, client):
        server, mine = process_ref(forkserver.status().pid), manager.provisioner.pid
        assert wait_for(lambda: len(_children(server.pid)) > 1)
        time.sleep(seconds)
        others = [process_ref(pid) for pid in _children(server.pid) if pid != mine]
        os.kill(server.pid, signal.SIGKILL)
        assert wait_for(lambda: not alive(server) and not any(alive(each) for each in others if each))
        assert run(client, "6 * 7") == "42"


def test_a_waiting_kernel_that_was_killed_is_replaced(warm, kernel, run):
    with kernel() as (manager, _):
        waiting = [pid for pid in _children(forkserver.status().pid) if pid != manager.provisioner.pid]
        for pid in waiting:
            os.kill(pid, signal.SIGKILL)
    with kernel() as (manager, client):
        assert manager.provisioner.warm
        assert run(client, "1") == "1"


def _children(pid):
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def test_the_kernelspec_is_offered_with_a_logo():
    spec = KernelSpecManager().get_kernel_spec(NAME)
    assert (spec.display_name, spec.metadata["debugger"]) == ("Python 3 (warm)", True)
    assert {"logo-svg.svg", "logo-64x64.png", "logo-32x32.png"} <= {
        file.name for file in Path(spec.resource_dir).iterdir()
    }


def test_the_debugger_answers(warm, kernel):
    with kernel() as (manager, client):
        assert "debugger" in client.kernel_info(reply=True, timeout=10)["content"]["supported_features"]
        request = {"type": "request", "seq": 1, "command": "debugInfo", "arguments": {}}
        client.control_channel.send(client.session.msg("debug_request", request))
        assert client.get_control_msg(timeout=10)["content"]["success"]
        assert manager.is_alive()


def test_several_kernels_can_be_claimed_at_once(warm):
    async def claim():
        manager = AsyncKernelManager(kernel_name=NAME)
        await manager.start_kernel()
        return manager

    async def several():
        managers = await asyncio.gather(*(claim() for _ in range(6)))
        told = [json.dumps([manager.provisioner.warm, manager.provisioner.pid]) for manager in managers]
        await asyncio.gather(*(manager.shutdown_kernel(now=True) for manager in managers))
        return told

    told = [json.loads(each) for each in asyncio.run(several())]
    assert all(is_warm for is_warm, _ in told)
    assert len({pid for _, pid in told}) == 6
