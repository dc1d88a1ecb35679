"""Puts watchers into libraries, and takes them out again: as many runs may be open as like, the last one cleans up."""

import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec
from threading import RLock
from types import FunctionType, ModuleType
from typing import Any

Wrap = Callable[[Any], Any]

_lock = RLock()
_open = 0
_undo: list[tuple[Any, str, Any, Any]] = []
_done: set[str] = set()


def install() -> None:
    """Put the watchers in, for one more run."""
    global _open
    with _lock:
        _open += 1
        if _open > 1:
            for name in _watched():
                _loaded(name)
            return
        sys.meta_path.insert(0, _finder)
        for name in _watched():
            _loaded(name)


def remove() -> None:
    """Take the watchers out, if no other run is open; what somebody else has replaced since stays."""
    global _open
    with _lock:
        _open = max(_open - 1, 0)
        if _open:
            return
        if _finder in sys.meta_path:
            sys.meta_path.remove(_finder)
        while _undo:
            owner, name, original, ours = _undo.pop()
            if _is_ours(vars(owner).get(name), ours):
                _put_back(owner, name, original)
        _done.clear()


@contextmanager
def suspended() -> Iterator[None]:
    """Take the watchers out for a moment: what is pickled now shall not name them."""
    with _lock:
        kept = [each for each in _undo if _is_ours(vars(each[0]).get(each[1]), each[3])]
        for owner, name, original, _ in reversed(kept):
            _put_back(owner, name, original)
        try:
            yield
        finally:
            for owner, name, _, ours in kept:
                setattr(owner, name, ours)


def replace(owner: Any, name: str, wrap: Wrap) -> None:
    """Put a watcher in the place of a function of a module, or of a method that a class itself defines."""
    original = vars(owner).get(name)
    if not isinstance(original, FunctionType) or getattr(original, "_mlstudio", False):
        return
    ours = wrap(original)
    ours._mlstudio = True
    put(owner, name, ours)


def put(owner: Any, name: str, ours: Any) -> None:
    """Put something in a place, to be taken out at the end."""
    with _lock:
        if _open:
            _undo.append((owner, name, vars(owner).get(name, _undo), ours))
            setattr(owner, name, ours)


def replace_everywhere(original: Any, owners: Sequence[tuple[Any, str]], wrap: Wrap) -> None:
    """Put one watcher wherever a function is named: in its library, and in the notebook that has imported it."""
    if not isinstance(original, FunctionType) or getattr(original, "_mlstudio", False):
        return
    ours = wrap(original)
    ours._mlstudio = True
    main = sys.modules.get("__main__")
    names = [(main, name) for name, value in list(vars(main).items()) if value is original] if main else []
    for owner, name in [*owners, *names]:
        if vars(owner).get(name) is original:
            put(owner, name, ours)


def _is_ours(there: Any, ours: Any) -> bool:
    """Tell whether a watcher is in its place; a copy of it, if a class has come back from another process."""
    return there is ours or getattr(there, "_mlstudio", False)


def _put_back(owner: Any, name: str, original: Any) -> None:
    if original is _undo:  # it was inherited
        delattr(owner, name)
    else:
        setattr(owner, name, original)


def _watched() -> dict[str, Callable[[ModuleType], None]]:
    from jupyter_mlstudio.experiments.tracking.autolog import boosting, estimators, torch_loops

    return {
        "sklearn.base": estimators.install,
        "xgboost": boosting.install_xgboost,
        "lightgbm": boosting.install_lightgbm,
        "catboost": boosting.install_catboost,
        "torch": torch_loops.install,
    }


def _loaded(name: str) -> None:
    """Install the watcher of a library that is loaded, once."""
    module = sys.modules.get(name)
    if module is None or name in _done or getattr(getattr(module, "__spec__", None), "_initializing", False):
        return
    _done.add(name)
    _watched()[name](module)


class _Finder(MetaPathFinder):
    """Notices when a library is imported for the first time while a run is open."""

    def find_spec(self, name: str, path: Sequence[str] | None, target: ModuleType | None = None) -> ModuleSpec | None:
        if name not in NAMES:
            return None
        for finder in sys.meta_path:
            spec = None if finder is self else finder.find_spec(name, path, target)
            if spec is not None:
                _tell_when_loaded(spec, name)
                return spec
        return None


def _tell_when_loaded(spec: ModuleSpec, name: str) -> None:
    loader: Any = spec.loader
    load = getattr(loader, "exec_module", None)
    if load is None:
        return

    def loaded(module: ModuleType) -> None:
        load(module)
        del loader.exec_module
        try:
            with _lock:
                if _open and name not in _done:
                    _done.add(name)
                    _watched()[name](module)
        except Exception:  # the import has worked, and that is what counts
            return

    loader.exec_module = loaded


NAMES = frozenset({"sklearn.base", "xgboost", "lightgbm", "catboost", "torch"})
_finder = _Finder()
