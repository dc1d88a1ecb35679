"""Watches training loops of PyTorch: the loss that `backward` is called on, and each step of an optimizer."""

import sys
from collections.abc import Callable
from functools import wraps
from types import ModuleType
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

from jupyter_mlstudio.core.errors import InvalidError
from jupyter_mlstudio.experiments.tracking import current
from jupyter_mlstudio.experiments.tracking.autolog import here, patches

if TYPE_CHECKING:
    from jupyter_mlstudio.experiments.tracking.active import ActiveRun

SETTINGS = ("lr", "momentum", "weight_decay", "betas", "eps", "nesterov", "dampening", "amsgrad", "alpha")


def install(module: ModuleType) -> None:
    """Watch the loss and the steps of every loop, for as long as a run is open."""
    patches.replace(module.Tensor, "backward", _noting_loss)
    optimizers = sys.modules.get("torch.optim.optimizer")
    if optimizers is not None:
        handle = optimizers.register_optimizer_step_post_hook(_stepped)
        patches.put(optimizers, "_mlstudio_hook", _Removed(handle))


class _Removed:
    """Takes a hook of PyTorch out when it is deleted itself."""

    def __init__(self, handle: Any) -> None:
        self._handle = handle

    def __del__(self) -> None:
        self._handle.remove()


def _noting_loss(original: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(original)
    def backward(self: Any, *args: Any, **kwargs: Any) -> Any:
        if self.numel() == 1 and _watched() is not None:
            here.loss = self.detach()  # read later: asking for its value now would wait for the device
        return original(self, *args, **kwargs)

    return backward


class _Loops:
    """The optimizers that step in one run."""

    def __init__(self, run: "ActiveRun") -> None:
        self.run = run
        self.every = 1
        self.only: list[Any] = []
        self._known: WeakKeyDictionary[Any, list[int]] = WeakKeyDictionary()

    def stepped(self, optimizer: Any) -> None:
        """Log the loss and the learning rate of a step."""
        known = self._known.get(optimizer)
        if known is None:
            known = self._known[optimizer] = [len(self._known) + 1, 0]
            self.describe(optimizer, known[0])
        number, step = known
        known[1] += 1
        if step % self.every:
            return
        suffix = "" if number == 1 else f"_{number}"
        loss = getattr(here, "loss", None)
        if loss is not None:
            self.run.note_point(f"loss{suffix}", loss, step)
        self.run.note_point(f"learning_rate{suffix}", float(optimizer.param_groups[0]["lr"]), step)

    def describe(self, optimizer: Any, number: int) -> None:
        """Log what an optimizer is."""
        prefix = "optimizer" if number == 1 else f"optimizer_{number}"
        first = optimizer.param_groups[0]
        found = {f"{prefix}.{name}": first[name] for name in SETTINGS if name in first}
        self.run.note_params({prefix: type(optimizer).__name__, **found})
        if number == 1:
            count = sum(part.numel() for group in optimizer.param_groups for part in group["params"])
            self.run.note_params({"trained_parameters": count})


_loops: WeakKeyDictionary[Any, _Loops] = WeakKeyDictionary()


def _of(run: "ActiveRun") -> _Loops:
    found = _loops.get(run)
    if found is None:
        found = _loops[run] = _Loops(run)
    return found


def _stepped(optimizer: Any, args: Any, kwargs: Any) -> None:
    run = _watched()
    if run is None:
        return
    loops = _of(run)
    if not loops.only or any(optimizer is only for only in loops.only):
        run.autolog.safely(lambda: loops.stepped(optimizer))


def _watched() -> "ActiveRun | None":
    """Return the run that the loop of this thread is logged to: it logs by itself, or was asked to watch."""
    run = current.current()
    return run if run is not None and (run.autolog.wanted or run in _loops) else None


class Watch:
    """What `run.watch` was asked for."""

    def __init__(self, run: "ActiveRun", model: Any, optimizer: Any, every: int) -> None:
        torch = sys.modules.get("torch")
        if torch is None or not isinstance(model, torch.nn.Module):
            raise InvalidError(f"A model of PyTorch is needed, not {type(model).__name__}.")
        if optimizer is not None and not isinstance(optimizer, torch.optim.Optimizer):
            raise InvalidError(f"An optimizer of PyTorch is needed, not {type(optimizer).__name__}.")
        if every < 1:
            raise InvalidError("every: a whole number from 1 is needed.")
        loops = _of(run)
        loops.every = every
        if optimizer is not None:
            loops.only.append(optimizer)
        total = sum(part.numel() for part in model.parameters())
        run.note_params({"model": type(model).__name__, "parameters": total})
        patches.install()

    def stop(self) -> None:
        """Stop watching."""
        patches.remove()
