"""The process that translates and proves deployments before anybody asks them."""

import json
import secrets
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from jupyter_mlstudio.serving.runtime.host.desired import is_prepared
from jupyter_mlstudio.serving.runtime.host.loop import Loop
from jupyter_mlstudio.serving.runtime.host.process import Process
from jupyter_mlstudio.serving.runtime.order import Order, Variant

MODULE = "jupyter_mlstudio.serving.runtime.prepare"


class Preparation:
    """Prepares the deployments of an order that are not prepared yet."""

    def __init__(self, folder: Path, order: Order, variants: Sequence[Variant], loop: Loop) -> None:
        self.order, self._variants, self._loop = order, variants, loop
        for variant in variants:
            (Path(variant.plan) / "failed.json").unlink(missing_ok=True)
        (folder / "run").mkdir(mode=0o700, exist_ok=True)
        self._file = folder / "run" / f"{secrets.token_hex(4)}.prepare.json"
        self._file.write_text(replace(order, variants=tuple(variants)).text(), encoding="utf-8")
        self._process = Process.start(MODULE, [str(self._file.absolute())], folder / "log.txt")
        if self._process.handle >= 0:
            loop.watch(self._process.handle, lambda: loop.forget(self._process.handle))

    @property
    def ended(self) -> bool:
        """Whether there is an outcome."""
        return self._process.ended

    def failure(self) -> tuple[Variant, str] | None:
        """Return which deployment could not be prepared, and why; None if all are."""
        missing = next((variant for variant in self._variants if not is_prepared(variant)), None)
        if missing is None:
            return None
        with suppress(OSError, ValueError, KeyError):
            return missing, str(json.loads((Path(missing.plan) / "failed.json").read_bytes())["message"])
        return missing, f"The process that prepares the model {self._process.how_it_ended()}."

    def close(self) -> None:
        """End it, if it has not by itself."""
        self._process.kill()
        self._loop.forget(self._process.handle)
        self._process.close()
        self._file.unlink(missing_ok=True)


def unprepared(order: Order) -> list[Variant]:
    """Return the deployments of an order that have no prepared form."""
    return [variant for variant in order.variants if not is_prepared(variant)]
