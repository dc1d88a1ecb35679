"""An endpoint as a folder that runs anywhere: its models, and what is to be known of it."""

import json
import os
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, Self

from jupyter_mlstudio.serving.runtime.order import Limits, Order, Variant

FILE = "endpoint.json"
RAY_OPTIONS = "deployment.json"
KEY = "ENDPOINT_KEY"
KEY_FILE = "ENDPOINT_KEY_FILE"


class NoBundleError(Exception):
    """What is there cannot be served; the text says why."""


@dataclass(frozen=True)
class Bundle:
    """What the file `endpoint.json` says; folders in it are relative to its own.

    Attributes:
        workers: How many processes answer.
        guarded: Whether callers need a key; where the platform lets nobody else in, they need none.
    """

    name: str
    variants: tuple[Variant, ...]
    limits: Limits
    workers: int
    guarded: bool

    def write(self, folder: Path) -> None:
        """Write the file."""
        (folder / FILE).write_text(json.dumps(asdict(self), indent=2) + "\n", encoding="utf-8")

    @classmethod
    def read(cls, folder: Path) -> Self:
        """Read the file.

        Raises:
            NoBundleError: There is none.
        """
        try:
            content: dict[str, Any] = json.loads((folder / FILE).read_text(encoding="utf-8"))
            variants = tuple(Variant(**each) for each in content["variants"])
            return cls(**{**content, "variants": variants, "limits": Limits(**content["limits"])})
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise NoBundleError(f"{folder / FILE} cannot be read: {error}") from error

    def order(self, folder: Path, run: Path) -> Order:
        """Return what a worker is told; `run` is a folder that may be written."""
        variants = tuple(self._placed(variant, folder, run) for variant in self.variants)
        return Order(self.name, self.name, str(run), str(folder), 1, variants, self.limits)

    def _placed(self, variant: Variant, folder: Path, run: Path) -> Variant:
        place = f"plans/{variant.number}"
        there = folder / place / "prepared.json"
        plan = folder / place if there.exists() else run / place
        return replace(variant, folder=str(folder / variant.folder), plan=str(plan))


def given_key() -> str | None:
    """Return the key that the surroundings give: a variable, or the path of a file in another one."""
    if os.environ.get(KEY):
        return os.environ[KEY].strip()
    if os.environ.get(KEY_FILE):
        try:
            return Path(os.environ[KEY_FILE]).read_text(encoding="utf-8").strip()
        except OSError as error:
            raise NoBundleError(f"{KEY_FILE}: the file cannot be read: {error}") from error
    return None
