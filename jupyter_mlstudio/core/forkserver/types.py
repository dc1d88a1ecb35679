"""What the fork server tells about itself."""

from datetime import datetime

from pydantic import Field

from jupyter_mlstudio.core.types import Struct


class ForkserverStatus(Struct):
    """The fork server of this Python environment, as it is now."""

    pid: int
    started_at: datetime
    memory: int = Field(description="Bytes that the fork server holds, including those its children share with it.")
    waiting: int = Field(description="Kernels that are started and wait for somebody.")
    booting: int = Field(description="Kernels that are about to wait.")
    claimed: int = Field(description="Kernels handed out since the start.")
    started: int = Field(description="Processes forked for somebody since the start, kernels apart.")
    living: int = Field(description="Processes forked by it that still live, waiting kernels included.")
    preloaded: int = Field(description="Modules that its children find imported.")
