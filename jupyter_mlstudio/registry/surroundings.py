"""What the registry may ask about runs, jobs and endpoints, which it does not know itself."""

from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from jupyter_mlstudio.core.refs import ModelRef


class UsedData(NamedTuple):
    """Data that a run was made from."""

    name: str
    digest: str
    source: str
    context: str
    rows: int | None
    columns: int | None


class RunFacts(NamedTuple):
    """What the registry tells of a run."""

    id: str
    name: str
    experiment: str
    state: str
    started_at: datetime
    notebook: str | None
    job: str | None
    recipe: str | None
    commit: str | None
    user: str
    params: dict[str, str]
    metrics: dict[str, float]
    datasets: tuple[UsedData, ...]
    tags: dict[str, str]


class JobFacts(NamedTuple):
    """What the registry tells of a job."""

    name: str
    state: str
    notebook: str
    at: datetime


class EndpointFacts(NamedTuple):
    """What the registry tells of an endpoint."""

    id: str
    name: str
    state: str
    since: datetime | None
    follows: tuple[str, str] | None
    """A registered model and the alias whose version the endpoint rolls to."""
    serves: tuple[ModelRef, ...]
    """The versions that have a part of its traffic."""
    runs: tuple[str, ...]
    """The runs whose models have a part of it without being registered."""


class RunToKeep(NamedTuple):
    """A run as a file of a version tells of it."""

    experiment: str
    name: str
    params: dict[str, str]
    metrics: dict[str, float]
    tags: dict[str, str]
    datasets: tuple[UsedData, ...]


class Surroundings(NamedTuple):
    """The functions that the Studio introduces; without it a registry stands alone."""

    project: Path
    direct: Callable[[], bool] = lambda: True
    """Whether the store's file is of a form that is read without MLflow."""
    run: Callable[[str], RunFacts | None] = lambda _: None
    metrics: Callable[[Sequence[str]], dict[str, dict[str, float]]] = lambda _: {}
    """The latest metrics of many runs at once."""
    job: Callable[[str], JobFacts | None] = lambda _: None
    endpoints: Callable[[], list[EndpointFacts]] = list
    watched: Callable[[str], str] = lambda _: ""
    """What monitoring found at an endpoint, as sentences in Markdown; empty if nothing watches it."""
    keep: Callable[[RunToKeep, Path], tuple[str, str]] | None = None
    """Makes a run with a logged model out of a folder; returns the ids of both."""
    trust: Callable[[Path], None] = lambda _: None
    """Notes that a model folder may be unpickled."""
    trusted: Callable[[Path], bool] = lambda _: False
