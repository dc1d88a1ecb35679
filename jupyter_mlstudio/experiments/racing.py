"""What several processes may want to make in the store at the same moment; one of them does, the others find it."""

from typing import TYPE_CHECKING, Any

from jupyter_mlstudio.core.errors import ConflictError, EngineError, StudioError
from jupyter_mlstudio.experiments.engine import engine_errors

if TYPE_CHECKING:
    from mlflow import MlflowClient


def experiment_id(client: "MlflowClient", name: str, location: str | None) -> str:
    """Return the experiment of this name, made or brought back if need be."""
    found = client.get_experiment_by_name(name)
    if found is None:
        try:
            with engine_errors():
                return str(client.create_experiment(name, location))
        except ConflictError:
            found = client.get_experiment_by_name(name)
    if found is None:
        raise EngineError(f"The experiment {name!r} could be neither found nor created.")
    if found.lifecycle_stage == "deleted":
        client.restore_experiment(found.experiment_id)
    return str(found.experiment_id)


def log_input(client: "MlflowClient", run_id: str, described: Any) -> None:
    """Log a dataset; two runs that log the same one at the same moment both want to make its row."""
    for last in (False, True):
        try:
            with engine_errors():
                client.log_inputs(run_id, [described])
        except StudioError as error:
            if last or "unique" not in str(error).lower():
                raise
        else:
            return
