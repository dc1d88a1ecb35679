"""What a worker does once in its life and a fork server can do for all of them: importing this module does it."""

import ctypes
import sys

import threadpoolctl

M_TRIM_THRESHOLD, M_MMAP_THRESHOLD = -1, -3
MAPPED, KEPT = 16 << 20, 32 << 20
"""From how many bytes on a block is mapped by itself, and how many that are free are kept for the next request."""

_allocator = getattr(ctypes.CDLL(None), "mallopt", None) if sys.platform == "linux" else None
_known = threadpoolctl.ThreadpoolController() if "sklearn" in sys.modules else None


def one_thread() -> None:
    """Let numeric libraries use this thread alone: for few rows, many only get into each other's way.

    A variable would say so too, but ask for a fork server of its own. Some libraries need to be told in each thread.
    """
    (_known or threadpoolctl.ThreadpoolController()).limit(limits=1)


def keep_memory() -> None:
    """Let freed memory be used again: giving it back after each large body costs several times what reading it does."""
    if _allocator is not None:  # only glibc has it
        _allocator(M_MMAP_THRESHOLD, MAPPED)
        _allocator(M_TRIM_THRESHOLD, KEPT)
