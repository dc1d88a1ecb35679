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
import psutil
import pytest
import yaml
from answering import Target
from protocols import Protocols
from served import flights

from jupyter_mlstudio.core.errors import ConflictError, NotFoundError
from jupyter_mlstudio.serving.targets.exporting import left_out
from jupyter_mlstudio.serving.targets.writing import ray_options
from jupyter_mlstudio.serving.types import CaptureSpec, ModelAlias, Scaling

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
        target.pid = process.pid
        yield target
        target.client.close()
    finally:
        process.terminate()
        assert process.wait(20) == 0


@pytest.fixture(scope="module")
def exported(project_of):
    """One endpoint, written for every target."""
    with project_of("delay") as studio:
        rows = studio.project / "models" / "delay" / "mlstudio"
        rows.mkdir()
        for name in ("sample.parquet", "answers.parquet"):
            flights().to_parquet(rows / name)
        studio.deploy("models/delay", "delay", trust=True).stop()
        yield (
            studio,
            {name: studio.serving.export("delay", name) for name in ("ray", "kserve", "container", "sagemaker")},
        )


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


def test_what_is_exported_names_its_files_its_commands_and_what_it_leaves_out(exported):
    studio, made = exported
    names = {target: {file.path for file in export.files} for target, export in made.items()}
    assert {"endpoint.json", "serve.py", "Containerfile", "requirements.txt", "models/1/MLmodel"} <= names["container"]
    assert {"application.py", "serve.yaml", "deployment.json", "models/1/MLmodel"} <= names["ray"]
    assert {"model.tar.gz", "code/inference.py", "Containerfile"} <= names["sagemaker"]
    assert all(f"export/delay-{target}" in export.commands[0] for target, export in made.items())
    assert made["container"].left_out == []
    assert not [path for paths in names.values() for path in paths if path.endswith(".parquet")]  # no training rows
    assert "no key of its own" in made["sagemaker"].left_out[0]
    with pytest.raises(ConflictError, match="is not empty"):
        studio.serving.export("delay", "ray")
    with pytest.raises(NotFoundError):
        studio.serving.export("nobody", "ray")


def test_kserve_gets_a_folder_for_mlserver_and_a_manifest(exported):
    studio, made = exported
    folder = studio.project / made["kserve"].folder
    settings = json.loads((folder / "models/1/model-settings.json").read_text())
    assert settings == {
        "name": "delay",
        "implementation": "mlserver_mlflow.MLflowRuntime",
        "parameters": {"uri": ".", "version": "1"},
    }
    predictor = yaml.safe_load((folder / "inferenceservice.yaml").read_text())["spec"]["predictor"]
    assert predictor == {
        "minReplicas": 1,
        "maxReplicas": 1,
        "scaleTarget": 16,
        "scaleMetric": "concurrency",
        "model": {"modelFormat": {"name": "mlflow"}, "protocolVersion": "v2", "storageUri": "pvc://models/delay"},
    }


def test_weights_and_scaling_travel_and_what_cannot_is_said(exported):
    record = exported[0].serving._store.all()[0]
    changed = record.model_copy(
        update={
            "scaling": Scaling(min_workers=0, max_workers=4, target="requests", value=50),
            "capture": CaptureSpec(share=0.5),
            "follow": ModelAlias(name="delay", alias="champion"),
        }
    )
    assert ray_options(changed.scaling)["autoscaling_config"] == {
        "min_replicas": 0,
        "max_replicas": 4,
        "target_ongoing_requests": 16,
        "upscale_delay_s": 3.0,
        "downscale_delay_s": 60.0,
    }
    assert [len(left_out(changed, target)) for target in ("ray", "kserve", "container", "sagemaker")] == [4, 3, 4, 5]


def test_an_entry_point_without_a_key_says_what_is_missing(exported):
    studio, made = exported
    folder = studio.project / made["container"].folder
    environment = {name: value for name, value in os.environ.items() if not name.startswith("ENDPOINT_KEY")}
    command = [sys.executable, "serve.py"]
    done = subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 1
    assert "ENDPOINT_KEY" in done.stderr


def test_a_worker_that_is_killed_is_started_again(container):
    parent = psutil.Process(container.pid)
    killed, other = parent.children()
    killed.kill()
    until = time.monotonic() + 20
    while {child.pid for child in parent.children()} <= {killed.pid, other.pid}:
        assert time.monotonic() < until
        time.sleep(0.05)
    assert container.client.get("/ping").status_code == 200


def test_a_table_goes_through_the_model_of_an_endpoint(exported):
    studio, _ = exported
    flights().to_parquet(studio.project / "flights.parquet")
    result = studio.serving.transform("flights.parquet", endpoint="delay", tell=lambda _: None)
    assert (result.rows, result.errors, result.output) == (60, 0, "flights.predictions.parquet")
    with pytest.raises(NotFoundError, match="no endpoint"):
        studio.serving.transform("flights.parquet", endpoint="nobody")


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
