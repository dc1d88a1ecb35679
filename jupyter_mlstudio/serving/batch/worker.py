"""A process that helps with a batch transform: `python -m jupyter_mlstudio.serving.batch.worker FOLDER`."""

import sys
from pathlib import Path

from jupyter_mlstudio.serving.batch.lock import is_held
from jupyter_mlstudio.serving.batch.plan import Plan
from jupyter_mlstudio.serving.batch.work import StoppedError, Work


def main() -> int:
    """Answer pieces until none is left, or until nobody waits for them any more."""
    from threadpoolctl import threadpool_limits

    from jupyter_mlstudio.serving.batch.opening import opened

    work = Path(sys.argv[1])
    plan = Plan.read(work)
    if plan is None:
        return 1
    try:
        with threadpool_limits(1):
            Work(work, plan, opened(plan), lambda: not is_held(work.with_suffix(".lock"))).everything()
    except StoppedError:
        return 0
    return 0


if __name__ == "__main__":
    sys.exit(main())
