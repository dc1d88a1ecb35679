"""Puts an endpoint together that no host looks after: prepares its models, opens them, lets them answer."""

import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from jupyter_mlstudio.serving.runtime.application import Application
from jupyter_mlstudio.serving.runtime.deferred import Deferred
from jupyter_mlstudio.serving.runtime.key import Key
from jupyter_mlstudio.serving.runtime.order import Order
from jupyter_mlstudio.serving.runtime.plans import packing
from jupyter_mlstudio.serving.runtime.predictors import open_predictor
from jupyter_mlstudio.serving.runtime.variants import Variants
from jupyter_mlstudio.serving.runtime.wire.routes import ROUTES
from jupyter_mlstudio.serving.targets.bundle import KEY, KEY_FILE, Bundle, NoBundleError, given_key

PREPARE = "jupyter_mlstudio.serving.runtime.prepare"


class OpenKey(Key):
    """Fits every caller: somebody in front of us has looked who it is."""

    def fits(self, headers: Mapping[bytes, bytes]) -> bool:
        """Let everybody in."""
        return True


def ready_order(folder: Path, run: Path) -> Order:
    """Return what is to be answered for, after its models were prepared and its key was put in its place.

    Raises:
        NoBundleError: There is no key, or a model cannot be loaded; the text says why.
    """
    bundle = Bundle.read(folder)
    key = given_key()
    if bundle.guarded and not key:
        raise NoBundleError(f"Callers need a key. Give it in the variable {KEY}, or a file with it in {KEY_FILE}.")
    (run / "run").mkdir(parents=True, exist_ok=True)
    if key:
        _write_key(run / "key", key)
    order = bundle.order(folder, run)
    prepare(order, run)
    return order


def _write_key(path: Path, key: str) -> None:
    path.touch(mode=0o600)
    path.write_text(key, encoding="utf-8")


def prepare(order: Order, run: Path) -> None:
    """Prepare what is not prepared yet, in a process of its own: the models stay out of those that answer.

    Raises:
        NoBundleError: A model cannot be loaded.
    """
    if all(packing.read(Path(each.plan), each.digest) is not None for each in order.variants):
        return
    file = run / "order.json"
    file.write_text(order.text(), encoding="utf-8")
    if subprocess.run([sys.executable, "-m", PREPARE, str(file)], check=False).returncode:
        for variant in order.variants:
            failed = Path(variant.plan) / packing.FAILED
            if failed.exists():
                raise NoBundleError(f"{variant.label}: {failed.read_text(encoding='utf-8')}")
        raise NoBundleError("The models cannot be prepared; what was printed above says why.")


def assembled(order: Order) -> tuple[Application, Deferred]:
    """Open the models and return what answers; to be called in the event loop."""
    project, limits = Path(order.project), order.limits
    variants = Variants(order, lambda variant: open_predictor(variant, project, limits))
    deferred = Deferred(Path(order.folder))
    application = Application(order, variants, routes=(*ROUTES, *deferred.routes))
    if not (Path(order.folder) / "key").exists():
        application.key = OpenKey(Path(order.folder) / "key")
    return application, deferred
