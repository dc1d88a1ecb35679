"""What a worker does once in its life and a fork server can do for all of them: importing this module does it."""

import sys

import threadpoolctl

_known = threadpoolctl.ThreadpoolController() if "sklearn" in sys.modules else None


def one_thread() -> None:
    """Let numeric libraries use this thread alone: for few rows, many only get into each other's way.

    A variable would say so too, but ask for a fork server of its own. Some libraries need to be told in each thread.
    """
    (_known or threadpoolctl.ThreadpoolController()).limit(limits=1)
