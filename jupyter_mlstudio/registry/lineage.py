"""Draws where a model came from and what depends on it, from what the surroundings tell."""

from collections.abc import Callable, Iterable, Sequence

from jupyter_mlstudio.core.refs import ModelRef
from jupyter_mlstudio.registry.lineage_types import Lineage, LineageLink, LineageNode, NodeKind
from jupyter_mlstudio.registry.surroundings import EndpointFacts, RunFacts, Surroundings
from jupyter_mlstudio.registry.types import ModelVersion

SHORT = 12
"""Characters of a digest that are shown."""

OTHERS = 12
"""Runs that are drawn although they became no version; the newest."""

VERSIONS = 40
"""Versions that are drawn; the newest."""


class Drawing:
    """One lineage while it is drawn; nodes and links are added once, whoever names them."""

    def __init__(self, around: Surroundings) -> None:
        self._around = around
        self._nodes: dict[str, LineageNode] = {}
        self._links: dict[tuple[str, str], LineageLink] = {}

    def finished(self, focus: str, left_out: int) -> Lineage:
        """Return what was drawn."""
        return Lineage(
            focus=focus, nodes=list(self._nodes.values()), links=list(self._links.values()), left_out=left_out
        )

    def version(self, version: ModelVersion, stage: str) -> str:
        """Draw a version, with the run that it came from."""
        told = ", ".join([*version.aliases, *([stage] if stage else [])])
        title = f"{version.name} {version.version}"
        node = self._node("version", f"{version.name}/{version.version}", title, told, at=version.created_at)
        run = self._around.run(version.run_id) if version.run_id else None
        if run is not None:
            self._link(self.run(run), node)
        return node

    def run(self, run: RunFacts) -> str:
        """Draw a run, with its notebook, job, recipe and data."""
        node = self._node("run", run.id, run.name, run.experiment, state=run.state, at=run.started_at)
        maker = self._maker(run)
        if maker is not None:
            self._link(maker, node)
        if run.recipe:
            self._link(self.file("recipe", run.recipe), node)
        for used in run.datasets:
            size = f"{used.rows:,} rows" if used.rows is not None else ""
            path = self._path(used.source)
            data = self._node("data", used.digest, used.name, size or used.digest[:SHORT], path=path)
            self._link(data, node, used.context)
        return node

    def endpoint(self, endpoint: EndpointFacts, drawn: Callable[[ModelRef], str | None]) -> str:
        """Draw an endpoint, with the versions and runs that it serves and that are drawn."""
        told = f"follows {endpoint.follows[1]}" if endpoint.follows else ""
        node = self._node("endpoint", endpoint.id, endpoint.name, told, state=endpoint.state, at=endpoint.since)
        for ref in endpoint.serves:
            source = drawn(ref)
            if source is not None:
                self._link(source, node)
        for run in endpoint.runs:
            if f"run:{run}" in self._nodes:
                self._link(f"run:{run}", node)
        return node

    def file(self, kind: NodeKind, path: str) -> str:
        """Draw a notebook or a recipe."""
        folder, _, name = path.rpartition("/")
        return self._node(kind, path, name.removesuffix(".recipe.json").removesuffix(".ipynb"), folder, path=path)

    def data(self, digest: str) -> str:
        """Draw data of which only the digest is known."""
        return self._node("data", digest, digest[:SHORT], "")

    def job(self, id: str) -> str:
        """Draw a job, with its notebook."""
        facts = self._around.job(id)
        if facts is None:
            return self._node("job", id, "Job", "no longer kept")
        node = self._node("job", id, facts.name, "", state=facts.state, at=facts.at)
        if facts.notebook:
            self._link(self.file("notebook", facts.notebook), node)
        return node

    def _maker(self, run: RunFacts) -> str | None:
        if run.job:
            return self.job(run.job)
        return self.file("notebook", run.notebook) if run.notebook else None

    def _path(self, source: str) -> str | None:
        """Return a source of data as a path from the project, if it is a file there."""
        try:
            found = (self._around.project / source.removeprefix("file://")).resolve()
            inside = found.is_relative_to(self._around.project) and found.is_file()
        except (OSError, ValueError):  # no path at all, such as an address or a text with a NUL
            return None
        return found.relative_to(self._around.project).as_posix() if inside else None

    def _node(self, kind: NodeKind, key: str, title: str, subtitle: str, **more: object) -> str:
        name = f"{kind}:{key}"
        fields = {"state": "", "at": None, "path": None, **more}
        if name not in self._nodes or (kind == "data" and title != key[:SHORT]):
            self._nodes[name] = LineageNode.model_validate(
                {"id": name, "kind": kind, "key": key, "title": title, "subtitle": subtitle, **fields}
            )
        return name

    def _link(self, source: str, target: str, label: str = "") -> None:
        self._links.setdefault((source, target), LineageLink(source=source, target=target, label=label))


def drawn(
    around: Surroundings,
    focus: tuple[NodeKind, str],
    versions: Sequence[ModelVersion],
    runs: Iterable[str],
    endpoints: Sequence[EndpointFacts],
    stage: str,
) -> Lineage:
    """Draw some versions, runs and endpoints with all that they came from.

    Args:
        around: Tells of runs and jobs.
        focus: What was asked about.
        versions: The versions to draw; beyond `VERSIONS` the newest.
        runs: Runs to draw beside theirs; beyond `OTHERS` the first.
        endpoints: Endpoints to draw.
        stage: Name of the tag that holds a version's stage.
    """
    drawing = Drawing(around)
    places: dict[ModelRef, str] = {}
    for version in sorted(versions, key=lambda each: each.created_at, reverse=True)[:VERSIONS]:
        ref = ModelRef(name=version.name, version=version.version)
        places[ref] = drawing.version(version, version.tags.get(stage, ""))
    known = {version.run_id for version in versions}
    others = [run for run in runs if run not in known]
    for run_id in others[:OTHERS]:
        facts = around.run(run_id)
        if facts is not None:
            drawing.run(facts)
    for endpoint in endpoints:
        drawing.endpoint(endpoint, places.get)
    kind, key = focus
    if kind == "data":
        drawing.data(key)
    elif kind in {"notebook", "recipe"}:
        drawing.file(kind, key)
    elif kind == "job":
        drawing.job(key)
    return drawing.finished(f"{kind}:{key}", max(0, len(others) - OTHERS))
