"""How much of what jobs need there is on this machine, and how much of it is free."""

import json
import os
from collections.abc import Mapping
from contextlib import suppress
from math import inf
from pathlib import Path

from jupyter_mlstudio.core.errors import InvalidError
from jupyter_mlstudio.jobs.claims import Supply, lacking
from jupyter_mlstudio.jobs.rows import tokens_text
from jupyter_mlstudio.jobs.types import Capacity, Resources
from jupyter_mlstudio.settings import Settings

GIGABYTE = 1024**3


def supply_of(settings: Settings) -> Supply:
    """Return what the jobs of this machine may use together: what the settings say, else what the machine has."""
    given = settings.job_resources
    limits = {"memory": _memory(), "gpu": _gpus(), **given, "cpu": float(settings.max_parallel_jobs)}
    return Supply(limits, 0.0)


def check_needs(resources: Resources, settings: Settings) -> None:
    """Refuse what can never run here.

    Raises:
        InvalidError: There is less of something than is asked for; the message names the field.
    """
    supply, needs = supply_of(settings), json.loads(tokens_text(resources))
    name = lacking(needs, supply)
    if name is None:
        return
    there = f"this machine's jobs may use {supply.limit(name):g} together"
    if name == "cpu":
        fix = "Ask for less, or raise max_parallel_jobs."
    elif name in ("memory", "gpu"):
        fix = f'Ask for less, or set job_resources={{"{name}": …}} if there is more.'
    else:
        fix = f'Ask for less, or name it in the settings: job_resources={{"{name}": {needs[name]:g}}}.'
    field = name if name in ("cpu", "memory", "gpu") else f"custom.{name}"
    raise InvalidError(f"resources.{field}: the job asks for {needs[name]:g}, and {there}. {fix}", code="never_fits")


def _memory() -> float:
    with suppress(ValueError, OSError, AttributeError):
        return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / GIGABYTE
    return inf


def _gpus() -> float:
    return float(len(list(Path("/dev").glob("nvidia[0-9]*"))))


def capacity(settings: Settings, used: Mapping[str, float]) -> dict[str, Capacity]:
    """Return what there is and what is used of each thing that jobs share here."""
    limits = supply_of(settings).limits
    return {name: Capacity(limit=limit, used=used.get(name, 0.0)) for name, limit in limits.items() if limit < inf}
