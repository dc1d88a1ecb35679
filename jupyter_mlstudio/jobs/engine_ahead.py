"""What a runner does once in its life and a fork server can do for all of them: importing this module does it.

No thread may be left behind, and nothing may be read that a job could change.
"""

import os

from jupyter_client.kernelspec import KernelSpecManager, NoSuchKernel
from jupyter_client.provisioning.factory import KernelProvisionerFactory
from nbformat.v4 import nbformat_minor
from nbformat.validator import get_validator
from pydantic import BaseModel

from jupyter_mlstudio.core.processes import ProcessRef, process_ref
from jupyter_mlstudio.jobs import engine_notebook, kept_runner, producers, runner, types
from jupyter_mlstudio.jobs.workflows import driver, service
from jupyter_mlstudio.settings import Settings

MODULES = (engine_notebook, kept_runner, producers, runner, driver, service)


def _get_ready() -> None:
    for minor in range(nbformat_minor + 1):
        get_validator(version=4, version_minor=minor)  # type: ignore[no-untyped-call]
    for shape in (Settings, *vars(types).values()):
        if isinstance(shape, type) and issubclass(shape, BaseModel):
            shape.model_rebuild()
    ProcessRef.model_rebuild()
    process_ref(os.getpid())
    KernelProvisionerFactory.instance()
    try:
        KernelSpecManager().get_kernel_spec("python3")
    except NoSuchKernel:
        return  # the runners will say so


_get_ready()
