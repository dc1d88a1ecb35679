"""Charts of runs over HTTP: what is computed for them. Curves and columns come from the routes of experiments."""

from jupyter_mlstudio.experiments.evaluation.types import (
    ChartSpec,
    Contour,
    ContourSpec,
    Importance,
    ImportanceSpec,
    Judgement,
    JudgementSpec,
    LoggedImages,
    LoggedSpec,
    LoggedTables,
)
from jupyter_mlstudio_server.http import Content, StudioHandler, operation


class ImportanceHandler(StudioHandler):
    @operation()
    def post(self, spec: ImportanceSpec) -> Importance:
        """Tell which params matter for a metric."""
        return self.engine.experiments.evaluation.importance(spec=spec)


class ContourHandler(StudioHandler):
    @operation()
    def post(self, spec: ContourSpec) -> Contour:
        """Lay a surface of a metric over two params."""
        return self.engine.experiments.evaluation.contour(spec=spec)


class JudgementHandler(StudioHandler):
    @operation()
    def post(self, spec: JudgementSpec) -> Judgement:
        """Tell what the logged predictions of runs say."""
        return self.engine.experiments.evaluation.judgement(spec=spec)


class ImagesHandler(StudioHandler):
    @operation()
    def post(self, spec: LoggedSpec) -> LoggedImages:
        """List the pictures of runs, by name and step."""
        return self.engine.experiments.evaluation.images(spec=spec)


class TablesHandler(StudioHandler):
    @operation()
    def post(self, spec: LoggedSpec) -> LoggedTables:
        """Read a table of several runs."""
        return self.engine.experiments.evaluation.tables(spec=spec)


class PictureHandler(StudioHandler):
    @operation()
    def post(self, spec: ChartSpec) -> Content:
        """Draw a chart of given runs as SVG."""
        return Content(self.engine.experiments.evaluation.picture(spec=spec).encode(), "image/svg+xml", "chart.svg")


ROUTES = [
    (r"/mlstudio/experiments/importance", ImportanceHandler),
    (r"/mlstudio/experiments/contour", ContourHandler),
    (r"/mlstudio/experiments/judgement", JudgementHandler),
    (r"/mlstudio/experiments/images", ImagesHandler),
    (r"/mlstudio/experiments/tables", TablesHandler),
    (r"/mlstudio/experiments/picture", PictureHandler),
]
