"""Prepares deployments: loads each model once, translates it, proves the translation equal, and writes it down.

The host starts it with the path of an order; what is to be prepared are the order's variants.
"""

import json
import sys
import time
import traceback
from pathlib import Path

from jupyter_mlstudio.core.errors import StudioError
from jupyter_mlstudio.core.files import write_atomically
from jupyter_mlstudio.serving.runtime.mlmodel import NoModelError, read
from jupyter_mlstudio.serving.runtime.order import Order, Variant
from jupyter_mlstudio.serving.runtime.plans import packing
from jupyter_mlstudio.serving.runtime.plans.translate import translated
from jupyter_mlstudio.serving.runtime.predictors import verified


def main() -> int:
    """Prepare the variants of the order that is named in the first argument; returns the exit code."""
    order = Order.read(Path(sys.argv[1]).read_text(encoding="utf-8"))
    return max((_prepared(variant, Path(order.project)) for variant in order.variants), default=0)


def prepare(variant: Variant, project: Path, *, many: bool = False) -> None:
    """Write the plan of a deployment into its folder.

    Args:
        variant: The deployment.
        project: Modules of trusted models are looked for here.
        many: Whether only many rows at a time will be asked about, so that how long few take need not be known.

    Raises:
        NoModelError: The model cannot be loaded, or does not take its own input example.
    """
    from threadpoolctl import threadpool_limits

    begin = time.perf_counter()
    file = read(Path(variant.folder))
    with threadpool_limits(1):  # one row at a time is quicker so, and nobody else's time is measured
        content = translated(file, lambda: verified(variant, project), many=many)
    content["report"]["prepared_ms"] = round((time.perf_counter() - begin) * 1e3, 1)
    head = {"digest": variant.digest, "report": content.pop("report")}
    packing.write(Path(variant.plan), head, content)


def _prepared(variant: Variant, project: Path) -> int:
    try:
        prepare(variant, project)
    except Exception as error:  # a model is somebody else's code: whatever it raises is the reason to tell
        traceback.print_exc()
        write_atomically(Path(variant.plan) / packing.FAILED, json.dumps({"message": _explained(error)}))
        return 1
    return 0


def _explained(error: Exception) -> str:
    if isinstance(error, NoModelError | StudioError):
        return str(error)
    if isinstance(error, ModuleNotFoundError):
        return f"The model needs the package {error.name!r}, which is not installed here. Install it and start again."
    return f"The model cannot be loaded: {type(error).__name__}: {error}"[:600]


if __name__ == "__main__":
    sys.exit(main())
