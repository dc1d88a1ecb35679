"""The border to MLflow: its errors become ours here, and nowhere else."""

from collections.abc import Iterator
from contextlib import contextmanager

from jupyter_mlstudio.core.errors import ConflictError, EngineError, InvalidError, NotFoundError, StudioError

KINDS: dict[str, type[StudioError]] = {
    "RESOURCE_DOES_NOT_EXIST": NotFoundError,
    "NOT_FOUND": NotFoundError,
    "RESOURCE_ALREADY_EXISTS": ConflictError,
    "INVALID_STATE": ConflictError,
    "INVALID_PARAMETER_VALUE": InvalidError,
    "BAD_REQUEST": InvalidError,
}


@contextmanager
def engine_errors() -> Iterator[None]:
    """Raise what MLflow raises as one of our kinds, with MLflow's sentence."""
    from mlflow.exceptions import MlflowException

    try:
        yield
    except MlflowException as error:
        kind = KINDS.get(str(error.error_code), EngineError)
        raise kind(str(error.message)) from error
    except OSError as error:
        raise EngineError(f"The tracking store cannot be reached: {error}.", code="store_unreachable") from error
