"""Routes of the sample notebooks."""

from jupyter_mlstudio.samples import Samples, copy_samples
from jupyter_mlstudio_server.http import StudioHandler, operation


class SamplesHandler(StudioHandler):
    """The tour through the sample notebooks."""

    @operation(status=201)
    def post(self) -> Samples:
        """Copy the sample notebooks and their data into the project; files that are there stay untouched."""
        return copy_samples(self.studio.project)


ROUTES = [(r"/mlstudio/samples", SamplesHandler)]
