"""One module a feature; each lists its routes."""

from jupyter_mlstudio_server.http import StudioHandler
from jupyter_mlstudio_server.routes import experiments, jobs, registry, samples, serving, wrangling

ROUTES: list[tuple[str, type[StudioHandler]]] = [
    *experiments.ROUTES,
    *jobs.ROUTES,
    *registry.ROUTES,
    *samples.ROUTES,
    *serving.ROUTES,
    *wrangling.ROUTES,
]
