"""A Ray cluster on this machine: one node, which talks only to those who have its token."""

import json
import os
import secrets
import socket
from collections.abc import Mapping
from math import ceil
from pathlib import Path

from jupyter_mlstudio.core.files import write_atomically
from jupyter_mlstudio.core.processes import start_detached
from jupyter_mlstudio.jobs.executors.clusters import WORKERS, OwnCluster, wait_for
from jupyter_mlstudio.jobs.executors.ray import RayExecutor
from jupyter_mlstudio.settings import Settings

HERE = "127.0.0.1"
STORE = 80_000_000  # bytes for objects that tasks share: ours share none, and Ray wants at least this much
FLAGS = ["--head", "--block", "--disable-usage-stats", "--include-dashboard=false", "--include-log-monitor=false"]


def start(settings: Settings, folder: Path, log: Path) -> OwnCluster:
    """Start the node."""
    write_atomically(folder / "token", secrets.token_hex(32))
    port = _free_port()
    options = {
        "--node-ip-address": HERE,
        "--port": port,
        "--num-cpus": max(WORKERS, settings.max_parallel_jobs),
        "--num-gpus": ceil(settings.job_resources.get("gpu", 0)),
        "--resources": json.dumps(_custom(settings)),
        "--object-store-memory": STORE,
        "--temp-dir": folder / "r",
    }
    arguments = ["start", *FLAGS, *(f"{name}={value}" for name, value in options.items())]
    head = start_detached("ray.scripts.scripts", arguments, log, _environment(folder))
    return OwnCluster(address=f"{HERE}:{port}", folder=str(folder), processes=[head])


def connect(own: OwnCluster) -> RayExecutor:
    """Connect as soon as the node listens."""
    os.environ.update(_environment(Path(own.folder)))  # read by Ray's core; an agent has no other cluster
    wait_for(lambda: _listens(own.address), own)
    return RayExecutor(own.address, _node_ip_address=HERE)


def _custom(settings: Settings) -> dict[str, float]:
    return {name: amount for name, amount in settings.job_resources.items() if name not in {"cpu", "memory", "gpu"}}


def _environment(folder: Path) -> Mapping[str, str]:
    return {
        "RAY_AUTH_MODE": "token",
        "RAY_AUTH_TOKEN_PATH": str(folder / "token"),
        "RAY_USAGE_STATS_ENABLED": "0",
    }


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HERE, 0))
        return int(probe.getsockname()[1])


def _listens(address: str) -> bool:
    host, port = address.split(":")
    with socket.socket() as probe:
        probe.settimeout(0.5)
        return probe.connect_ex((host, int(port))) == 0
