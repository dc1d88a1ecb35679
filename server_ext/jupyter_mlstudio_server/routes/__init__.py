"""One module a feature; each lists its routes."""

from jupyter_mlstudio_server.http import StudioHandler
from jupyter_mlstudio_server.routes import (
    experiments,
    experiments_artifacts,
    experiments_bulk,
    experiments_charts,
    experiments_compare,
    experiments_provenance,
    experiments_views,
    jobs,
    jobs_executors,
    jobs_past,
    jobs_schedules,
    jobs_sweeps,
    jobs_workflows,
    monitoring,
    registry,
    registry_looks,
    samples,
    serving,
    serving_proxy,
    serving_transforms,
    wrangling,
)

ROUTES: list[tuple[str, type[StudioHandler]]] = [
    *serving_proxy.ROUTES,  # found first: asked for most often
    *experiments_bulk.ROUTES,  # fixed names come before ids
    *experiments_views.ROUTES,
    *experiments.ROUTES,
    *experiments_artifacts.ROUTES,
    *experiments_charts.ROUTES,
    *experiments_compare.ROUTES,
    *experiments_provenance.ROUTES,
    *jobs_executors.ROUTES,  # fixed names come before ids
    *jobs_past.ROUTES,
    *jobs_schedules.ROUTES,
    *jobs_sweeps.ROUTES,
    *jobs_workflows.ROUTES,
    *jobs.ROUTES,
    *monitoring.ROUTES,
    *registry.ROUTES,
    *registry_looks.ROUTES,
    *samples.ROUTES,
    *serving.ROUTES,
    *serving_transforms.ROUTES,
    *wrangling.ROUTES,
]
