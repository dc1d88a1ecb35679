"""Functions whose calls are runs."""

import inspect
from collections.abc import Callable
from functools import wraps
from typing import TYPE_CHECKING, Any, ParamSpec, TypeVar, cast

if TYPE_CHECKING:
    from jupyter_mlstudio.experiments.tracking.active import ActiveRun

P = ParamSpec("P")
R = TypeVar("R")

PLAIN = (str, int, float, bool, type(None))


def decorated(function: Callable[P, R], make: "Callable[[], ActiveRun]") -> Callable[P, R]:
    """Record every call of a function as a run, with those of its arguments as params that are plain values."""
    if inspect.iscoroutinefunction(function):

        @wraps(function)
        async def waited(*args: Any, **kwargs: Any) -> Any:
            with make() as run:
                run.log_params(_plain(function, args, kwargs))
                return await function(*args, **kwargs)

        return cast("Callable[P, R]", waited)

    @wraps(function)
    def called(*args: P.args, **kwargs: P.kwargs) -> R:
        with make() as run:
            run.log_params(_plain(function, args, kwargs))
            return function(*args, **kwargs)

    return called


def _plain(function: Callable[..., Any], args: Any, kwargs: Any) -> dict[str, object]:
    try:
        bound = inspect.signature(function).bind(*args, **kwargs)
    except (TypeError, ValueError):  # the call itself will say what is wrong with the arguments
        return {}
    bound.apply_defaults()
    return {name: value for name, value in bound.arguments.items() if isinstance(value, PLAIN)}
