"""Writes a run that was read elsewhere into the store, once and for all: what is there is extended, never doubled."""

import tempfile
from collections.abc import Callable, Iterator, Mapping
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from jupyter_mlstudio.experiments.engine import engine_errors
from jupyter_mlstudio.experiments.importing.source import ForeignRun, store_name
from jupyter_mlstudio.experiments.importing.types import ImportedRun
from jupyter_mlstudio.experiments.reading import rows
from jupyter_mlstudio.experiments.tracking.entries import Batch, Ending, NewRun, Point, Writer
from jupyter_mlstudio.experiments.tracking.through_api import patiently

if TYPE_CHECKING:
    from mlflow import MlflowClient

KEY = "mlstudio.import"
DIGEST = "mlstudio.import_digest"
IMPORTED = f"tags.`{KEY}` LIKE '%'"

POINTS = 20_000
"""Points that are written at once."""

PATIENCE = 60.0
"""Seconds to wait while other processes write."""


class Known(NamedTuple):
    """A run that was imported before; the digest is missing if that was cut off."""

    run_id: str
    digest: str | None


class Stopped(Exception):  # noqa: N818  # no error: somebody wanted it
    """The import shall end."""


def known_runs(client: "MlflowClient", experiment: str) -> dict[str, Known]:
    """Return the runs of an experiment that were imported before, by what tells them apart."""
    with engine_errors():
        found = client.get_experiment_by_name(experiment)
        if found is None:
            return {}
        known, token = {}, None
        while token != "":
            page = client.search_runs(
                [found.experiment_id], f"tags.`{KEY}` LIKE '%'", max_results=1000, page_token=token
            )
            for run in page:
                known[run.data.tags[KEY]] = Known(run.info.run_id, run.data.tags.get(DIGEST))
            token = page.token or ""
    return known


class Importer:
    """Writes foreign runs into one experiment."""

    def __init__(self, client: "MlflowClient", writer: Writer, experiment: str, go_on: Callable[[], bool]) -> None:
        """Take the store, the name of the experiment, and what tells whether to go on."""
        self._client, self._writer, self._experiment, self._go_on = client, writer, experiment, go_on
        self._known = known_runs(client, experiment)

    def write(self, run: ForeignRun) -> ImportedRun:
        """Write a run, or what is new of it.

        Raises:
            InvalidError: Its files cannot be read.
            Stopped: Nobody wants it any more; the next import goes on where this one ended.
        """
        digest, known = run.digest(), self._known.get(run.key)
        if known is not None and known.digest == digest:
            return _imported(run, known.run_id, "unchanged", 0)
        points = run.read(run)
        first = list(islice(points, POINTS))  # so that its beginning is known
        run_id = known.run_id if known else self._begun(run)
        count = 0
        for batch in _batches(first, points):
            if not self._go_on():
                raise Stopped
            self._put(run_id, points=batch)
            count += len(batch)
        self._put_files(run, run_id)
        ending = Ending(run.status, run.ended or run.started)
        tags = {**_tags(run), "mlflow.runName": run.name, DIGEST: digest}
        self._put(run_id, params=run.params, tags=tags, ending=ending)
        return _imported(run, run_id, "extended" if known else "new", count)

    def _begun(self, run: ForeignRun) -> str:
        asked = NewRun(self._experiment, run.name, {KEY: run.key, **_tags(run)}, run.started)
        return patiently(lambda: self._writer.begin(asked), PATIENCE).id

    def _put(
        self,
        run_id: str,
        *,
        points: list[Point] | None = None,
        params: Mapping[str, str] | None = None,
        tags: Mapping[str, str] | None = None,
        ending: Ending | None = None,
    ) -> None:
        batch = Batch(dict(params or {}), dict(tags or {}), points or [], [], ending)
        patiently(lambda: self._writer.write(run_id, batch), PATIENCE)

    def _put_files(self, run: ForeignRun, run_id: str) -> None:
        for name, path in run.files.items():
            with engine_errors():
                self._client.log_artifact(run_id, str(path), str(Path(name).parent).removeprefix("."))
        if not run.texts:
            return
        with tempfile.TemporaryDirectory() as parent, engine_errors():
            for name, content in run.texts.items():
                path = Path(parent, name)
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(content)
            self._client.log_artifacts(run_id, parent)


def _batches(first: list[Point], rest: Iterator[Point]) -> Iterator[list[Point]]:
    while first:
        yield first
        first = list(islice(rest, POINTS))


def _tags(run: ForeignRun) -> dict[str, str]:
    note = {rows.NOTE: run.note} if run.note else {}
    own = {name: value for name, value in run.tags.items() if name.startswith("mlflow.")}
    others = {store_name(name): value for name, value in run.tags.items() if not name.startswith("mlflow.")}
    return {"mlflow.source.type": "LOCAL", "mlflow.source.name": run.source, **note, **own, **others}


def _imported(run: ForeignRun, run_id: str, state: str, points: int) -> ImportedRun:
    return ImportedRun(
        run_id=run_id,
        name=run.name,
        source=run.source,
        state=state,
        points=points,
        params=len(run.params),
        files=len(run.files) + len(run.texts),
        left_out=run.missing(),
    )
