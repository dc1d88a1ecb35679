"""Comparing runs, and importing those of other tools, over HTTP."""

from jupyter_mlstudio.experiments.comparing.types import (
    ArtifactDifference,
    ArtifactDifferenceSpec,
    ComparisonSpec,
    RunComparison,
)
from jupyter_mlstudio.experiments.importing.types import Importable, ImportSpec, RunImport
from jupyter_mlstudio_server.http import StudioHandler, operation


class ComparisonsHandler(StudioHandler):
    @operation()
    def post(self, spec: ComparisonSpec) -> RunComparison:
        """Put runs beside each other, and explain how they differ."""
        return self.engine.experiments.comparing.compare(spec=spec)


class ArtifactComparisonHandler(StudioHandler):
    @operation()
    def post(self, spec: ArtifactDifferenceSpec) -> ArtifactDifference:
        """Hold an artifact of one run against one of another, line by line."""
        return self.engine.experiments.comparing.artifact(spec=spec)


class ImportsHandler(StudioHandler):
    @operation()
    def get(self, path: str = "") -> Importable:
        """Tell what there is to import in a folder or file."""
        return self.engine.experiments.importing.look(path=path)

    @operation(status=202)
    def post(self, spec: ImportSpec) -> RunImport:
        """Begin to import runs; ask for the report to see how far it is."""
        return self.engine.experiments.importing.start(spec=spec)


class ImportHandler(StudioHandler):
    @operation()
    def get(self, id: str) -> RunImport:
        """Tell how far an import is."""
        return self.engine.experiments.importing.report(id=id)

    @operation()
    def delete(self, id: str) -> RunImport:
        """End an import; what is done stays."""
        return self.engine.experiments.importing.stop(id=id)


ROUTES = [
    (r"/mlstudio/experiments/comparisons", ComparisonsHandler),
    (r"/mlstudio/experiments/comparisons/artifact", ArtifactComparisonHandler),
    (r"/mlstudio/experiments/imports", ImportsHandler),
    (r"/mlstudio/experiments/imports/(?P<id>\w+)", ImportHandler),
]
