"""What the host says of an endpoint: the file `status.json`, written in one step whenever something has changed."""

import json
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jupyter_mlstudio.serving.runtime.host.desired import main_variant
from jupyter_mlstudio.serving.runtime.host.process import created
from jupyter_mlstudio.serving.runtime.host.series import replace

if TYPE_CHECKING:
    from jupyter_mlstudio.serving.runtime.host.endpoint import Endpoint
    from jupyter_mlstudio.serving.runtime.order import Order


def say(endpoint: "Endpoint") -> None:
    """Write how an endpoint stands, unless that was written before."""
    desired = endpoint.desired
    if desired is None:
        return
    status = _status(endpoint)
    if status != _said.get(endpoint.folder):
        _said[endpoint.folder] = status
        replace(endpoint.folder / "status.json", status)


def former(folder: Path) -> dict[str, Any]:
    """Return what was said last, by whichever host."""
    try:
        status: dict[str, Any] = json.loads((folder / "status.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return status


def _status(endpoint: "Endpoint") -> dict[str, Any]:
    desired, crew = endpoint.desired, endpoint.crew
    assert desired is not None
    order = crew.order if crew is not None else endpoint.good
    return {
        "id": desired.order.id,
        "revision": desired.revision,
        "state": endpoint.state,
        "message": endpoint.message or endpoint.trouble,
        "host": {"pid": os.getpid(), "created": _created()},
        "workers": [worker.process.ref for worker in crew.ready] if crew is not None else [],
        "deployment": main_variant(order).number if order is not None else None,
        "traffic": _traffic(order) if order is not None else [],
        "rolling_to": endpoint.rolling_to,
        "address": desired.address,
        "port": endpoint.port.number or former(endpoint.folder).get("port"),
        "restarts": endpoint.restarts,
        "since": endpoint.since,
        "methods": endpoint.methods,
    }


def _traffic(order: "Order") -> list[dict[str, Any]]:
    return [
        {"number": each.number, "model": each.model, "weight": each.weight, "shadow": each.shadow}
        for each in order.variants
    ]


def _created() -> float:
    if "host" not in _own:
        _own["host"] = created(os.getpid())
    return _own["host"]


_said: dict[Path, dict[str, Any]] = {}
_own: dict[str, float] = {}
