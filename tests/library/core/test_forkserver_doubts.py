import os
import subprocess
import sys

import pytest
from jupyter_client.kernelspec import KernelSpec
from jupyter_client.manager import KernelManager

from jupyter_mlstudio.core import forkserver
from jupyter_mlstudio.core.forkserver import fitness

NAME = "mlstudio-warm"


def test_a_folder_with_modules_of_its_own_gets_an_ordinary_kernel(warm, tmp_path, kernel, run):
    (tmp_path / "sklearn.py").write_text("mine = True")
    with kernel(cwd=str(tmp_path)) as (manager, client):
        assert not manager.provisioner.warm
        assert run(client, "import sklearn; sklearn.mine") == "True"


@pytest.mark.parametrize("name", ["OMP_NUM_THREADS", "TZ", "LD_LIBRARY_PATH", "PYTHONPATH", "CUDA_VISIBLE_DEVICES"])
def test_variables_that_imports_read_keep_their_meaning(warm, name, kernel, run):
    with kernel(env={**os.environ, name: "2"}) as (manager, client):
        assert not manager.provisioner.warm
        assert run(client, f"import os; os.environ[{name!r}]") == "'2'"


def test_encryption_that_was_asked_for_is_not_left_out(warm):
    manager = KernelManager(kernel_name=NAME, transport_encryption="auto")
    manager.start_kernel()
    assert not manager.provisioner.warm
    manager.shutdown_kernel(now=True)


def _spec(**changes):
    plain = {"argv": ["python", "-m", "ipykernel_launcher", "-f", "{connection_file}"], "language": "python"}
    return KernelSpec(**{**plain, **changes})


@pytest.mark.parametrize(
    "spec",
    [
        _spec(argv=["/usr/bin/python3", "-m", "ipykernel_launcher", "-f", "{connection_file}"]),
        _spec(argv=["python", "-m", "ipykernel_launcher", "-f", "{connection_file}", "--pylab"]),
        _spec(argv=["R", "--slave", "-e", "IRkernel::main()", "--args", "{connection_file}"], language="R"),
        _spec(env={"A": "1"}),
        _spec(interrupt_mode="message"),
        _spec(metadata={"kernel_provisioner": {"provisioner_name": "another", "config": {}}}),
    ],
)
def test_only_the_plain_kernel_of_this_interpreter_can_be_warm(spec):
    assert not forkserver.can_be_warm(spec, os.environ)


def test_the_plain_kernel_can_be_warm_unless_ipython_has_settings(tmp_path):
    environment = {**os.environ, "IPYTHONDIR": str(tmp_path)}
    assert forkserver.can_be_warm(_spec(), environment)
    assert forkserver.can_be_warm(_spec(argv=[sys.executable, *_spec().argv[1:]]), environment)
    assert not forkserver.can_be_warm(_spec(), {**environment, "MPLBACKEND": "agg"})
    assert not forkserver.can_be_warm(_spec(), {**environment, "PYTHONSTARTUP": "mine.py"})
    startup = tmp_path / "profile_default" / "startup"
    startup.mkdir(parents=True)
    (startup / "README").touch()
    assert forkserver.can_be_warm(_spec(), environment)
    (startup / "mine.py").touch()
    assert not forkserver.can_be_warm(_spec(), environment)
    (startup / "mine.py").unlink()
    (tmp_path / "profile_default" / "ipython_kernel_config.py").touch()
    assert not forkserver.can_be_warm(_spec(), environment)


def test_options_that_a_warm_kernel_cannot_have_are_a_doubt():
    command = [sys.executable, "-m", "ipykernel_launcher", "-f", "kernel.json"]
    assert fitness.is_plain(command, {"cwd": "/", "env": {}})
    assert not fitness.is_plain(command, {"preexec_fn": print})
    assert not fitness.is_plain(command, {"stdout": subprocess.PIPE})
    assert not fitness.is_plain([], {})
