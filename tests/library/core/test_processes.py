import os
import signal
import time

from jupyter_mlstudio.core.processes import ProcessRef, alive, end, process_ref, reap, start_detached

SLEEPER = "import time\ntime.sleep(60)\n"
STUBBORN = (
    "import signal, time\n"
    "signal.signal(signal.SIGINT, signal.SIG_IGN)\n"
    "signal.signal(signal.SIGTERM, signal.SIG_IGN)\n"
    "print('deaf', flush=True)\n"
    "time.sleep(60)\n"
)


def start(tmp_path, name, source):
    (tmp_path / f"{name}.py").write_text(source)
    return start_detached(name, [], tmp_path / "log", {"PYTHONPATH": str(tmp_path)})


def test_a_detached_process_leads_its_own_group_and_can_be_ended(tmp_path):
    ref = start(tmp_path, "sleeper", SLEEPER)
    assert alive(ref)
    assert os.getpgid(ref.pid) == ref.pid
    assert end(ref, grace=5)
    assert not alive(ref)


def test_a_process_that_ignores_signals_is_killed(tmp_path):
    ref = start(tmp_path, "stubborn", STUBBORN)
    while "deaf" not in (tmp_path / "log").read_text():
        time.sleep(0.02)
    began = time.monotonic()
    assert end(ref, grace=0.2)
    assert time.monotonic() - began < 5


def test_another_process_with_the_same_pid_is_not_taken_for_it():
    me = process_ref(os.getpid())
    assert alive(me)
    assert not alive(ProcessRef(pid=os.getpid(), created=me.created - 100))
    assert not alive(None)


def test_a_child_that_has_ended_does_not_count_as_alive(tmp_path):
    ref = start(tmp_path, "sleeper", SLEEPER)
    os.kill(ref.pid, signal.SIGKILL)
    while alive(ref):
        time.sleep(0.01)
    reap()
    assert process_ref(ref.pid) is None
