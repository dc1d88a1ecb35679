"""Batch transforms and exports of endpoints over HTTP."""

from jupyter_mlstudio.serving.batch.types import Transform, TransformColumns, TransformList, TransformSpec
from jupyter_mlstudio.serving.targets.types import Export, ExportSpec
from jupyter_mlstudio_server.http import StudioHandler, operation

TRANSFORMS = r"/mlstudio/serving/transforms"
TRANSFORM = TRANSFORMS + r"/(?P<id>\w+)"


class TransformsHandler(StudioHandler):
    @operation()
    def get(self) -> TransformList:
        """List the batch transforms, the newest first."""
        return self.studio.serving.transforms.all()

    @operation(status=201)
    def post(self, spec: TransformSpec) -> Transform:
        """Begin a batch transform as a job, or go on with one that was interrupted."""
        return self.studio.serving.transforms.start(spec)


class ColumnsHandler(StudioHandler):
    @operation()
    def get(self, path: str = "", table: str = "") -> TransformColumns:
        """List the columns of a file, so that one can choose which to carry along."""
        return self.engine.serving.transform_columns(path=path, table=table)


class TransformHandler(StudioHandler):
    @operation()
    def get(self, id: str) -> Transform:
        """Show a batch transform and how far it is."""
        return self.studio.serving.transforms.get(id)

    @operation()
    def delete(self, id: str) -> None:
        """Forget a batch transform that has ended, with what it left behind if it was interrupted."""
        self.studio.serving.transforms.remove(id)


class TransformStopHandler(StudioHandler):
    @operation()
    def post(self, id: str) -> Transform:
        """Stop a batch transform; the same can be asked for later, and goes on from there."""
        return self.studio.serving.transforms.stop(id)


class ExportHandler(StudioHandler):
    @operation(status=201)
    def post(self, id: str, spec: ExportSpec) -> Export:
        """Write an endpoint as files that run elsewhere."""
        return self.studio.serving.export(id, spec.target, spec.folder)


ROUTES = [
    (TRANSFORMS, TransformsHandler),
    (TRANSFORMS + "/columns", ColumnsHandler),  # before the ids
    (TRANSFORM, TransformHandler),
    (TRANSFORM + "/stop", TransformStopHandler),
    (r"/mlstudio/serving/endpoints/(?P<id>\w+)/export", ExportHandler),
]
