"""What the workers of an endpoint are told, made from what is kept of it."""

from pathlib import Path

from jupyter_mlstudio.serving.runtime.order import Capture, Limits, Order, Variant
from jupyter_mlstudio.serving.types import CaptureSpec, EndpointRecord, Share


def order_of(record: EndpointRecord, folder: Path, project: Path, max_rows: int) -> Order:
    """Write the order for an endpoint's record; `folder` is the endpoint's."""
    return Order(
        id=record.id,
        name=record.name,
        folder=str(folder),
        project=str(project),
        revision=0,
        variants=tuple(_variant(record, share, folder) for share in record.traffic),
        limits=Limits(rows=max_rows, waiting_rows=2 * max_rows),
        capture=_capture(record.capture, folder),
    )


def _variant(record: EndpointRecord, share: Share, folder: Path) -> Variant:
    deployment = next(known for known in record.deployments if known.number == share.number)
    return Variant(
        number=share.number,
        label=deployment.label,
        folder=str(folder / "models" / str(share.number)),
        plan=str(folder / "plans" / str(share.number)),
        digest=deployment.digest,
        trusted=deployment.trusted,
        model=share.model,
        weight=share.weight,
        shadow=share.shadow,
        lazy=record.lazy and bool(share.model) and not share.shadow,
    )


def _capture(spec: CaptureSpec, folder: Path) -> Capture:
    return Capture(
        share=spec.share,
        folder=str(folder / "capture"),
        masked=tuple(spec.masked),
        most_megabytes=spec.most_megabytes,
    )
