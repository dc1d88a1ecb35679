"""What is told when a run has ended and something of it is still kept on the disk."""

import warnings

from jupyter_mlstudio.experiments.tracking.base import Target


def tell(target: Target, run_id: str) -> None:
    """Warn that a part of the run waits on the disk, and go on sending it."""
    if not target.spool.holds(run_id):
        return
    warnings.warn(
        f"The tracking store cannot be written now. What was logged is kept in .mlstudio/spool/{run_id}.jsonl and sent"
        " as soon as the store can be reached, by this kernel or by the next run of the project.",
        stacklevel=4,
    )
    target.spool.send_later(target.writer)
