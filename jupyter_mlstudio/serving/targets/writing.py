"""The files that each target needs beside the models."""

import json
import tarfile
from pathlib import Path
from typing import Any

from jupyter_mlstudio.serving.targets.bundle import KEY, KEY_FILE, RAY_OPTIONS
from jupyter_mlstudio.serving.types import Scaling

PACKAGE = "jupyter-mlstudio"
ENTRY = '''"""Answers for the endpoint {name!r}: python {file} [--port PORT]"""

import sys
from pathlib import Path

from jupyter_mlstudio.serving.targets.standing import main

sys.exit(main([{folder}, {options}*sys.argv[1:]]))
'''
CONTAINERFILE = """FROM python:3.12-slim
WORKDIR /endpoint
COPY requirements.txt .
RUN pip install --no-cache-dir -r requirements.txt
COPY . .
# The models are translated and checked here, once, instead of at every start.
RUN python serve.py --prepare
RUN useradd endpoint
USER endpoint
EXPOSE 8080
ENTRYPOINT ["python", "serve.py"]
"""
SAGEMAKER_FILE = """# The image that the archive runs in: SageMaker puts the archive's content into /opt/ml/model.
FROM python:3.12-slim
COPY requirements.txt .
RUN pip install --no-cache-dir -r requirements.txt
EXPOSE 8080
ENTRYPOINT ["python", "/opt/ml/model/code/inference.py"]
"""
RAY_APPLICATION = '''"""The endpoint {name!r} on Ray Serve."""

from pathlib import Path

from jupyter_mlstudio.serving.targets.ray import application

app = application(Path(__file__).parent)
'''
RAY_CONFIG = """http_options:
  host: 127.0.0.1
  port: 8000
applications:
  - name: {name}
    route_prefix: /
    import_path: application:app
"""
KSERVE = """apiVersion: serving.kserve.io/v1beta1
kind: InferenceService
metadata:
  name: {name}
spec:
  predictor:
    minReplicas: {least}
    maxReplicas: {most}
{scale}    model:
      modelFormat:
        name: mlflow
      protocolVersion: v2
      # Where the folder models/{name} is put: s3://, gs://, pvc:// and so on.
      storageUri: pvc://models/{name}
"""
SCALE = "    scaleTarget: {value}\n    scaleMetric: {metric}\n"


def requirements(models: list[Path]) -> str:
    """Return what has to be installed: this package, and what the models say they need."""
    lines = [PACKAGE]
    for model in models:
        file = model / "requirements.txt"
        if file.is_file():
            lines += [line.strip() for line in file.read_text(encoding="utf-8").splitlines()]
    kept = dict.fromkeys(line for line in lines if line and not line.startswith(("#", "mlflow==")))
    return "\n".join(kept) + "\n"


def write_container(folder: Path, shown: str, name: str, models: list[Path]) -> list[str]:
    """Write what builds an image, and runs without one."""
    entry = ENTRY.format(name=name, file="serve.py", folder="str(Path(__file__).parent)", options="")
    (folder / "serve.py").write_text(entry, encoding="utf-8")
    (folder / "Containerfile").write_text(CONTAINERFILE, encoding="utf-8")
    (folder / "requirements.txt").write_text(requirements(models), encoding="utf-8")
    return [
        f"podman build -t {name} {shown}",
        f"podman run -p 8080:8080 -e {KEY}=... {name}",
        f"{KEY_FILE}=key.txt python {shown}/serve.py --port 8080",
    ]


def write_sagemaker(folder: Path, shown: str, name: str, models: list[Path]) -> list[str]:
    """Write the archive that SageMaker unpacks, and the image that it runs in."""
    code = folder / "code"
    code.mkdir()
    port = '"--port", os.environ.get("SAGEMAKER_BIND_TO_PORT", "8080"), '
    entry = ENTRY.format(name=name, file="inference.py", folder="str(Path(__file__).parent.parent)", options=port)
    entry = entry.replace("import sys\n", "import os\nimport sys\n", 1).replace(
        "*sys.argv[1:]", '*(each for each in sys.argv[1:] if each != "serve")'
    )
    (code / "inference.py").write_text(entry, encoding="utf-8")
    (code / "requirements.txt").write_text(requirements(models), encoding="utf-8")
    (folder / "requirements.txt").write_text(requirements(models), encoding="utf-8")
    (folder / "Containerfile").write_text(SAGEMAKER_FILE, encoding="utf-8")
    with tarfile.open(folder / "model.tar.gz", "w:gz") as archive:
        for part in ("endpoint.json", "models", "plans", "code"):
            if (folder / part).exists():
                archive.add(folder / part, part)
    return [
        f"podman build -t {name} {shown}",
        f"aws s3 cp {shown}/model.tar.gz s3://BUCKET/{name}/model.tar.gz",
        f"mkdir {name} && tar -xzf {shown}/model.tar.gz -C {name} && python {name}/code/inference.py serve",
    ]


def write_ray(folder: Path, shown: str, name: str, scaling: Scaling) -> list[str]:
    """Write the application, and how it is deployed."""
    (folder / "application.py").write_text(RAY_APPLICATION.format(name=name), encoding="utf-8")
    (folder / "serve.yaml").write_text(RAY_CONFIG.format(name=name), encoding="utf-8")
    (folder / RAY_OPTIONS).write_text(json.dumps(ray_options(scaling), indent=2) + "\n", encoding="utf-8")
    return [f"cd {shown} && {KEY}=... serve run serve.yaml"]


def ray_options(scaling: Scaling) -> dict[str, Any]:
    """Say in Ray's words how many replicas there are."""
    most = max(int(scaling.value), 1) if scaling.target == "concurrency" else 16
    common = {"max_ongoing_requests": max(2 * most, 64), "ray_actor_options": {"num_cpus": 1}}
    if scaling.min_workers == scaling.max_workers:
        return {**common, "num_replicas": scaling.max_workers}
    autoscaling = {
        "min_replicas": scaling.min_workers,
        "max_replicas": scaling.max_workers,
        "target_ongoing_requests": most,
        "upscale_delay_s": scaling.cool_down_out,
        "downscale_delay_s": scaling.idle_seconds if scaling.min_workers == 0 else scaling.cool_down_in,
    }
    return {**common, "autoscaling_config": autoscaling}


def write_kserve(folder: Path, shown: str, name: str, scaling: Scaling) -> list[str]:
    """Write the folder that MLServer reads, and the manifest for KServe."""
    models = folder / "models"
    for number in sorted(path for path in models.iterdir() if path.is_dir()):
        settings = {
            "name": name,
            "implementation": "mlserver_mlflow.MLflowRuntime",
            "parameters": {"uri": ".", "version": number.name},
        }
        (number / "model-settings.json").write_text(json.dumps(settings, indent=2) + "\n", encoding="utf-8")
    (folder / "settings.json").write_text(json.dumps({"debug": False, "parallel_workers": 1}) + "\n", encoding="utf-8")
    metric = {"concurrency": "concurrency", "requests": "rps", "cpu": "cpu"}.get(scaling.target)
    scale = SCALE.format(value=max(int(scaling.value), 1), metric=metric) if metric else ""
    manifest = KSERVE.format(name=name, least=scaling.min_workers, most=scaling.max_workers, scale=scale)
    (folder / "inferenceservice.yaml").write_text(manifest, encoding="utf-8")
    return [f"mlserver start {shown}", f"kubectl apply -f {shown}/inferenceservice.yaml"]
