"""A Dask cluster on this machine: a scheduler and two workers, which talk only to those who have its keys."""

import json
from collections.abc import Callable
from math import ceil
from pathlib import Path
from typing import TYPE_CHECKING

from jupyter_mlstudio.core.files import write_atomically
from jupyter_mlstudio.core.processes import start_detached
from jupyter_mlstudio.jobs.executors.clusters import WORKERS, OwnCluster, wait_for
from jupyter_mlstudio.jobs.executors.dask import DaskExecutor
from jupyter_mlstudio.settings import Settings

if TYPE_CHECKING:
    from distributed.security import Security

HERE = "tls://127.0.0.1"
LEASE = "120 s"  # after which a scheduler ends itself that has neither work nor an agent
PATIENCE = "30"  # seconds after which a worker ends itself that has no scheduler


def start(settings: Settings, folder: Path, log: Path) -> OwnCluster:
    """Start the scheduler and the workers; workers wait for the scheduler themselves."""
    common = ["--scheduler-file", str(folder / "scheduler.json"), "--no-dashboard", "--host", HERE, *_keys(folder)]
    scheduler = start_detached(
        "distributed.cli.dask_scheduler", ["--port", "0", "--idle-timeout", LEASE, *common], log, {}
    )
    threads = max(1, ceil(settings.max_parallel_jobs / WORKERS))
    options = {"--nworkers": WORKERS, "--nthreads": threads, "--death-timeout": PATIENCE, "--memory-limit": 0}
    given = [text for name, value in options.items() for text in (name, str(value))]
    workers = start_detached(
        "distributed.cli.dask_worker", [*given, "--local-directory", str(folder), *common], log, {}
    )
    return OwnCluster(address=str(folder / "scheduler.json"), folder=str(folder), processes=[scheduler, workers])


def connect(own: OwnCluster, changed: Callable[[], None]) -> DaskExecutor:
    """Connect as soon as the scheduler has said where it is and a worker is there."""
    told, folder = Path(own.address), Path(own.folder)
    wait_for(told.exists, own)
    executor = DaskExecutor(json.loads(told.read_text())["address"], changed, _security(folder))
    wait_for(lambda: bool(executor.capabilities().workers), own)
    return executor


def _keys(folder: Path) -> list[str]:
    """Make the keys and return how the programs are told of them."""
    from distributed.security import Security

    made = Security.temporary()
    keys = {"tls-ca-file": made.tls_ca_file, "tls-cert": made.tls_client_cert, "tls-key": made.tls_client_key}
    for name, text in keys.items():
        write_atomically(folder / f"{name}.pem", text)
    return [text for name in keys for text in (f"--{name}", str(folder / f"{name}.pem"))]


def _security(folder: Path) -> "Security":
    from distributed.security import Security

    return Security(
        tls_ca_file=str(folder / "tls-ca-file.pem"),
        tls_client_cert=str(folder / "tls-cert.pem"),
        tls_client_key=str(folder / "tls-key.pem"),
        require_encryption=True,
    )
