"""An exported endpoint as an application of Ray Serve."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jupyter_mlstudio.serving.targets.bridge import Bridge
from jupyter_mlstudio.serving.targets.bundle import RAY_OPTIONS, Bundle

if TYPE_CHECKING:
    from ray.serve import Application


def application(folder: str | Path) -> "Application":
    """Make the application of an exported folder, for `serve run` or `ray.serve.run`."""
    from ray import serve

    place = Path(folder).resolve()
    bundle = Bundle.read(place)
    options: dict[str, Any] = json.loads((place / RAY_OPTIONS).read_text(encoding="utf-8"))
    deployment: Any = serve.deployment(name=bundle.name, **options)

    @serve.ingress(Bridge(str(place)))
    class Endpoint:
        """Answers for the endpoint."""

    made: Application = deployment(Endpoint).bind()
    return made
