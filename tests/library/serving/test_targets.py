"""Endpoints that run elsewhere: the common suite of protocols against each target that can run here."""

import json
import os
import socket
import subprocess
import sys
import tarfile
import time
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest
from answering import Target
from protocols import Protocols

from jupyter_mlstudio.core.errors import ConflictError
from jupyter_mlstudio.serving.targets.ray import application

KEY = "a-key-of-our-own"


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as free:
        return free.getsockname()[1]


@contextmanager
def running(command: list[str], folder: Path, port: int, **variables: str):
    """Run an entry point as whoever exported it would, and wait until it answers."""
    environment = {**os.environ, "PYTHONWARNINGS": "ignore", **variables}
    process = subprocess.Popen(command, cwd=folder, env=environment)
    url = f"http://127.0.0.1:{port}"
    try:
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            assert process.poll() is None, "the entry point has ended"
            try:
                if httpx.get(f"{url}/ping", trust_env=False).status_code == 200:
                    break
            except httpx.TransportError:
                time.sleep(0.05)
        target = Target(url, KEY, "delay")
        yield target
        target.client.close()
    finally:
        process.terminate()
        assert process.wait(20) == 0


@pytest.fixture(scope="module")
def exported(project_of):
    """One endpoint, written for every target."""
    with project_of("delay") as studio:
        studio.deploy("models/delay", "delay", trust=True).stop()
        yield studio, {
            name: studio.serving.export("delay", name) for name in ("ray", "kserve", "container", "sagemaker")
        }


@pytest.fixture(scope="module")
def container(exported, tmp_path_factory):
    studio, made = exported
    folder, port = studio.project / made["container"].folder, free_port()
    key = tmp_path_factory.mktemp("key") / "key.txt"
    key.write_text(f"{KEY}\n")
    subprocess.run([sys.executable, "serve.py", "--prepare"], cwd=folder, check=True)
    command = [sys.executable, "serve.py", "--port", str(port), "--workers", "2"]
    with running(command, folder, port, ENDPOINT_KEY_FILE=str(key)) as target:
        yield target


@pytest.fixture(scope="module")
def sagemaker(exported, tmp_path_factory):
    studio, made = exported
    folder, port = tmp_path_factory.mktemp("model"), free_port()
    with tarfile.open(studio.project / made["sagemaker"].folder / "model.tar.gz") as archive:
        archive.extractall(folder, filter="data")
    command = [sys.executable, "code/inference.py", "serve"]
    with running(command, folder, port, SAGEMAKER_BIND_TO_PORT=str(port)) as target:
        yield target


@pytest.fixture(scope="module")
def on_ray(exported):
    """A real cluster on this machine, with the application that was exported."""
    import ray
    from ray import serve

    studio, made = exported
    os.environ["ENDPOINT_KEY"] = KEY
    port = free_port()
    ray.init(num_cpus=2, include_dashboard=False, log_to_driver=False, configure_logging=False)
    try:
        serve.start(http_options={"host": "127.0.0.1", "port": port})
        serve.run(application(studio.project / made["ray"].folder), route_prefix="/")
        target = Target(f"http://127.0.0.1:{port}", KEY, "delay")
        yield target
        target.client.close()
        serve.shutdown()
    finally:
        ray.shutdown()
        del os.environ["ENDPOINT_KEY"]


@pytest.mark.filterwarnings("ignore")  # Ray's own, of many kinds
class TestRay(Protocols):
    @pytest.fixture
    def target(self, on_ray):
        return on_ray


class TestContainer(Protocols):
    @pytest.fixture
    def target(self, container):
        return container


class TestSageMaker(Protocols):
    @pytest.fixture
    def target(self, sagemaker):
        return sagemaker

    def test_requests_want_the_key(self, target, rows):
        """There is none: SageMaker lets in whom its own rules allow."""
        assert httpx.post(f"{target.url}/invocations", json={"dataframe_records": rows}, trust_env=False).is_success
