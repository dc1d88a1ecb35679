"""The server extension: its options, its routes, and the Studio behind them."""

import asyncio
import gc
import os
from typing import Any

from jupyter_server.extension.application import ExtensionApp
from traitlets import Bool, Dict, Enum, Float, Int, Unicode

from jupyter_mlstudio.jobs.place import SETTINGS
from jupyter_mlstudio.settings import Settings
from jupyter_mlstudio.studio import Studio
from jupyter_mlstudio_server.consoles import Consoles
from jupyter_mlstudio_server.engine import EngineProcess, RemoteStudio
from jupyter_mlstudio_server.events import Emitter, Looks, Watcher
from jupyter_mlstudio_server.passage import close_passage
from jupyter_mlstudio_server.routes import ROUTES

LOADED = 5.0  # seconds after which the server has loaded what it needs


class StudioApp(ExtensionApp):
    """ML Studio: wrangle, track, run and deploy beside the notebook. The project is the server's root folder."""

    name = "mlstudio"

    tracking_uri = Unicode(
        None, allow_none=True, help="Where MLflow keeps runs and models; a SQLite store in the project if not set."
    ).tag(config=True)
    max_parallel_jobs = Int(2, help="How many CPUs the jobs of this machine may use together.").tag(config=True)
    max_queued_jobs = Int(10_000, help="How many jobs may wait; one more is refused.").tag(config=True)
    job_resources = Dict(
        help="How much of `memory` (GB), `gpu` and tokens of your own jobs may use together on this machine."
    ).tag(config=True)
    jobs_url = Unicode(
        None, allow_none=True, help="PostgreSQL that keeps a team's jobs; SQLite in the project if not set."
    ).tag(config=True)
    executor = Enum(["local", "dask", "ray"], "local", help="Where jobs run that do not say it.").tag(config=True)
    executor_address = Unicode(
        None, allow_none=True, help="Address of the Dask scheduler or the Ray cluster; one on this machine if not set."
    ).tag(config=True)
    warm_kernels = Bool(True, help="Whether jobs use kernels whose imports are done.").tag(config=True)
    keep_failed_kernels = Float(10, help="Minutes that the kernel of a failed job stays.").tag(config=True)
    keep_jobs = Int(1000, help="How many ended jobs are kept with their files.").tag(config=True)
    keep_jobs_days = Float(None, allow_none=True, help="Days after which an ended job is removed.").tag(config=True)
    keep_training_sample = Bool(True, help="Whether rows of the training data are kept with a model.").tag(config=True)
    endpoint_host = Unicode("127.0.0.1", help="Address that endpoints listen on.").tag(config=True)
    max_request_rows = Int(100_000, help="How many rows one request to an endpoint may hold.").tag(config=True)

    def initialize_settings(self) -> None:
        """Open the project's Studio and begin to watch it."""
        options: dict[str, Any] = {name: getattr(self, name) for name in Settings.model_fields}
        server = self.serverapp
        assert server is not None  # Jupyter links an extension to its server first
        assert server.event_logger is not None
        root = str(server.root_dir)
        emitter = Emitter(server.event_logger, asyncio.get_event_loop())
        studio = Studio.open(root, publish=emitter, **options)
        self._tell_kernels(studio)
        self._engine = EngineProcess(root, studio.settings)
        remote = RemoteStudio(studio, self._engine)
        self._watcher = Watcher(Looks(studio, remote), emitter, self.log)
        self._consoles = Consoles(server.kernel_manager, asyncio.get_event_loop())
        self.settings.update(mlstudio=studio, mlstudio_engine=remote, mlstudio_consoles=self._consoles)
        self._watcher.start()
        # JupyterLab has a quarter of a million objects that never go away: to look at each of them again and again for
        # garbage would let the loop stand still for 0.15 s
        self._loaded = asyncio.get_event_loop().call_later(LOADED, gc.freeze)

    def _tell_kernels(self, studio: Studio) -> None:
        """Let `Studio.open()` in notebooks find the options that are set here; kernels inherit this environment."""
        if studio.settings != Settings():
            try:
                os.environ[SETTINGS] = str(studio.settings_file)
            except OSError as error:  # such as a folder that is there to be read
                self.log.warning("Notebooks do not get the options of StudioApp: %s", error)

    def initialize_handlers(self) -> None:
        """Announce the routes; Jupyter puts the base URL in front."""
        self.handlers.extend([(pattern, handler) for pattern, handler in ROUTES])

    async def stop_extension(self) -> None:
        """Let go of the engine process and the watcher; jobs and endpoints go on without us."""
        os.environ.pop(SETTINGS, None)
        self._loaded.cancel()
        self._watcher.stop()
        self._consoles.close()
        close_passage(self.settings)
        self._engine.stop()
