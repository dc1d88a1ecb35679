"""The border to MLflow: its errors become ours here, and nowhere else."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from jupyter_mlstudio.core.errors import ConflictError, EngineError, InvalidError, NotFoundError, StudioError
from jupyter_mlstudio.experiments.server import unreachable, without_credentials

if TYPE_CHECKING:
    from mlflow.exceptions import MlflowException

KINDS: dict[str, type[StudioError]] = {
    "RESOURCE_DOES_NOT_EXIST": NotFoundError,
    "NOT_FOUND": NotFoundError,
    "RESOURCE_ALREADY_EXISTS": ConflictError,
    "INVALID_STATE": ConflictError,
    "INVALID_PARAMETER_VALUE": InvalidError,
    "BAD_REQUEST": InvalidError,
}

REFUSED = re.compile(r"failed with error code (401|403)\b")
"""What MLflow says of a server that does not know who asks, or does not let them."""


@contextmanager
def engine_errors() -> Iterator[None]:
    """Raise what MLflow raises as one of our kinds, with MLflow's sentence."""
    from mlflow.exceptions import MlflowException

    try:
        yield
    except MlflowException as error:
        raise _translated(error) from error
    except OSError as error:
        raise EngineError(f"The tracking store cannot be reached: {error}.", code="store_unreachable") from error


def _translated(error: "MlflowException") -> StudioError:
    cause = error.__context__  # of `requests`, if there was no answer; MLflow repeats it with the address's password
    request = getattr(cause, "request", None)
    if cause is not None and request is not None and getattr(cause, "response", None) is None:
        server = urlsplit(without_credentials(str(request.url)))
        reason = getattr(cause.args[0], "reason", cause) if cause.args else cause
        return unreachable(f"{server.scheme}://{server.netloc}", str(reason))
    if refused := REFUSED.search(str(error.message)):
        return EngineError(
            f"The tracking server refuses this ({refused[1]}). Check name and password in `tracking_uri`, or the"
            " variables MLFLOW_TRACKING_USERNAME, MLFLOW_TRACKING_PASSWORD and MLFLOW_TRACKING_TOKEN.",
            code="store_refused",
        )
    if "database schema" in str(error.message):
        return _other_version(str(error.message))
    code = str(error.error_code)
    return KINDS.get(code, EngineError)(str(error.message).removeprefix(f"{code}: "))


def _other_version(told: str) -> EngineError:
    """Return the error for a store that this MLflow does not work with: MLflow only knows older ones."""
    from mlflow import __version__

    found = re.search(r"found version (\w+)", told)
    message = (
        f"The tracking store has a schema ({found[1] if found else 'unknown'}) that MLflow {__version__} does not work"
        " with. If an older MLflow made it, make a backup and run `mlflow db upgrade <tracking_uri>`; if a newer one"
        " did, install that one."
    )
    return EngineError(message, code="store_version")
