"""Writes an endpoint as files that run without this project."""

import re
import shutil
from pathlib import Path
from shlex import quote

from jupyter_mlstudio.core.errors import ConflictError
from jupyter_mlstudio.core.files import inside
from jupyter_mlstudio.core.trust import ROWS
from jupyter_mlstudio.serving.runtime.order import Limits, Variant
from jupyter_mlstudio.serving.runtime.plans import packing
from jupyter_mlstudio.serving.supervisor import Supervisor
from jupyter_mlstudio.serving.targets import writing
from jupyter_mlstudio.serving.targets.bundle import Bundle
from jupyter_mlstudio.serving.targets.types import Export, ExportedFile, ExportSpec, Target
from jupyter_mlstudio.serving.types import EndpointRecord, Share


def export(project: Path, supervisor: Supervisor, record: EndpointRecord, spec: ExportSpec) -> Export:
    """Write an endpoint for a target.

    Raises:
        ConflictError: There is something in the folder already, or the endpoint has no deployment.
        InvalidError: The folder is outside the project.
    """
    folder = inside(project, spec.folder)
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise ConflictError(f"folder: {spec.folder!r} is not empty. Name a new one.", code="exists")
    place = folder.relative_to(project.resolve()).as_posix()
    shares = _shares(record, spec.target)
    if not shares:
        raise ConflictError(f"Endpoint {record.name!r} has no deployment to export. Deploy a model first.")
    try:
        commands = _written(folder, quote(place), supervisor, record, shares, spec.target)
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return Export(
        target=spec.target,
        folder=place,
        files=[ExportedFile(path=path.relative_to(folder).as_posix(), bytes=path.stat().st_size) for path in files],
        commands=commands,
        left_out=left_out(record, spec.target),
    )


def _shares(record: EndpointRecord, target: Target) -> list[Share]:
    shares = record.traffic or [Share(number=each.number) for each in record.deployments[:1]]
    if target != "kserve":
        return shares
    own = [share for share in shares if not share.shadow and not share.model] or shares
    return [max(own, key=lambda share: share.weight)] if own else []


def _written(
    folder: Path, shown: str, supervisor: Supervisor, record: EndpointRecord, shares: list[Share], target: Target
) -> list[str]:
    (folder / "models").mkdir(parents=True)
    deployments = {each.number: each for each in record.deployments}
    variants = []
    for share in shares:
        deployment, place = deployments[share.number], folder / "models" / str(share.number)
        if not place.exists():
            _copy_model(supervisor.model_folder(record.id, share.number), place)
            plan = supervisor.plan_folder(record.id, share.number)
            if target != "kserve" and (plan / packing.PREPARED).exists():
                shutil.copytree(plan, folder / "plans" / place.name)
        variants.append(
            Variant(
                number=share.number, label=deployment.label, folder=f"models/{share.number}", plan="",
                digest=deployment.digest, trusted=deployment.trusted, model=share.model, weight=share.weight,
                shadow=share.shadow, lazy=record.lazy and bool(share.model),
            )
        )  # fmt: skip
    name = re.sub(r"[^a-z0-9-]+", "-", record.name.lower()).strip("-") or "endpoint"
    if target == "kserve":
        return writing.write_kserve(folder, shown, name, record.scaling)
    workers = max(record.scaling.min_workers, 1)
    Bundle(record.name, tuple(variants), Limits(), workers, guarded=target != "sagemaker").write(folder)
    models = [folder / each.folder for each in variants]
    if target == "ray":
        return writing.write_ray(folder, shown, name, record.scaling)
    write = writing.write_container if target == "container" else writing.write_sagemaker
    return write(folder, shown, name, models)


def _copy_model(model: Path, place: Path) -> None:
    """Copy a model without the rows of its training data, which stay in the project."""
    shutil.copytree(model, place, symlinks=True)
    for rows in ROWS:
        (place / rows).unlink(missing_ok=True)


def left_out(record: EndpointRecord, target: Target) -> list[str]:
    """Say what the endpoint does here and will not do there."""
    found = []
    scaling = record.scaling
    if record.follow is not None:
        found.append(f"It stays with these models, and does not follow {record.follow.alias!r}. Export it again.")
    if record.capture.share:
        found.append("Requests and answers are not captured there, so monitoring sees none of them.")
    if target in ("container", "sagemaker") and scaling.max_workers > 1:
        found.append(f"The number of workers is fixed ({max(scaling.min_workers, 1)}); the platform adds containers.")
    if target in ("container", "sagemaker") and scaling.min_workers == 0:
        found.append("It does not fall asleep; that is for the platform to do.")
    if target == "ray" and scaling.min_workers < scaling.max_workers and scaling.target != "concurrency":
        found.append(f"Ray Serve scales by requests at once, not by {scaling.target}; 16 for a replica are assumed.")
    if target == "ray":
        found.append("Counts and stored requests belong to each replica: /stats and /async see one of several.")
    if target == "sagemaker":
        found.append("There is no key of its own: SageMaker lets in whom its own rules allow.")
    if target == "kserve":
        found += _left_out_of_kserve(record)
    return found


def _left_out_of_kserve(record: EndpointRecord) -> list[str]:
    found = [
        "MLServer answers in the Open Inference Protocol and MLflow's own, without a key, from the original model:"
        " the compiled form, Arrow, the try-it page and this endpoint's messages are not there.",
    ]
    if len(record.traffic) > 1:
        found.append("Only the deployment with the largest share is exported; split traffic with canaryTrafficPercent.")
    if record.scaling.target == "latency":
        found.append("KServe does not scale by latency.")
    return found
