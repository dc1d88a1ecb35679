"""Models and the data that they were made from."""

import tempfile
from pathlib import Path
from typing import Any

from jupyter_mlstudio.core.errors import InvalidError
from jupyter_mlstudio.core.trust import digest
from jupyter_mlstudio.experiments import frames
from jupyter_mlstudio.experiments.engine import engine_errors
from jupyter_mlstudio.experiments.keeping import Training, example_of
from jupyter_mlstudio.experiments.reading import rows
from jupyter_mlstudio.experiments.tracking.autolog import patches
from jupyter_mlstudio.experiments.tracking.files import Files
from jupyter_mlstudio.experiments.types import RunModel


class Models(Files):
    """What a run was made from, and the model that came of it."""

    def log_dataset(
        self, dataset: Any, name: str = "dataset", context: str = "training", source: str | None = None
    ) -> str:
        """Log what tells the run's data apart: digest, rows, columns and types; never the data.

        Args:
            dataset: A DataFrame of pandas or Polars, or the path of a file.
            name: What to call the data.
            context: What they are used for.
            source: Where a DataFrame was read from.

        Returns:
            The digest of the data.
        """
        if isinstance(dataset, str | Path):
            described = frames.described_file(self._given(dataset), name, context)
        else:
            described = frames.described_frame(frames.as_pandas(dataset), name, context, source)
            self._dataset = dataset if context == "training" else self._dataset
        self._logging.add_input(described)
        self.knows_data = self.knows_data or context == "training"
        self.set_tags({rows.DIGEST: described.digest})
        return described.digest

    def log_recipe(self, recipe: Any) -> None:
        """Log the recipe that prepared the data: a recipe, or the path of its file."""
        if isinstance(recipe, str | Path):
            path = self._given(recipe)
            inside = path.is_relative_to(self._project)
            self.set_tags({rows.RECIPE: path.relative_to(self._project).as_posix() if inside else str(path)})
            self.log_artifact(path)
        elif hasattr(recipe, "model_dump_json"):
            self.log_text(recipe.model_dump_json(indent=2), "recipe.json")
        else:
            raise InvalidError(f"A recipe or the path of its file is needed, not {type(recipe).__name__}.")

    def log_model(
        self,
        pipeline: Any,
        *,
        input_example: Any = None,
        training_data: Any = None,
        target: str | None = None,
        keep_sample: bool = True,
        name: str = "model",
        requirements: list[str] | None = None,
    ) -> RunModel:
        """Save a fitted scikit-learn pipeline with the run, ready to be registered, deployed and watched.

        Args:
            pipeline: The fitted pipeline; with its recipe as the first step it takes raw rows.
            input_example: A few raw rows. They say which columns an endpoint takes.
            training_data: The raw training rows. Their profile travels with the model, as what live rows are compared
                with; for want of it the frame of `log_dataset` is taken, or the example.
            target: Column of the training data that was to be predicted; the one that is left over if not given.
            keep_sample: Whether up to 2,000 of these rows may be kept in the model's folder.
            name: What to call the model.
            requirements: Packages that the model needs, as for pip; found by themselves if not given.

        Raises:
            InvalidError: The model cannot predict the example, or the training data does not fit.
        """
        self._logging.flush()  # MLflow keeps the run's params with the model
        if input_example is None and training_data is not None:
            input_example = example_of(pipeline, training_data, target)
        training = Training(training_data, target, keep_sample, self._dataset)
        return self._write_model(pipeline, input_example, training, name, requirements)

    def _write_model(
        self, pipeline: Any, example: Any, training: Training, name: str, requirements: list[str] | None
    ) -> RunModel:
        from mlflow.entities import LoggedModelOutput
        from mlflow.models import Model

        from jupyter_mlstudio.experiments.saving import save

        client, experiment = self._target.client(), self._begun.experiment_id
        with tempfile.TemporaryDirectory() as parent, engine_errors():
            folder = Path(parent, "model")
            description = Model(run_id=self.id, artifact_path=name)
            with patches.suspended():
                save(pipeline, folder, description, example, requirements)
            self._keeping.profile(folder, pipeline, training, example)
            params = client.get_run(self.id).data.params
            model = client.create_logged_model(experiment, name, self.id, params=params)
            description.model_id = description.model_uuid = model.model_id
            description.artifact_path = model.artifact_location
            description.save(str(folder / "MLmodel"))
            client.log_model_artifacts(model.model_id, str(folder))
            client.finalize_logged_model(model.model_id, "READY")
            client.log_outputs(self.id, [LoggedModelOutput(model.model_id, step=0)])
            self._keeping.trust(digest(folder))
        return RunModel(id=model.model_id, name=name, uri=f"models:/{model.model_id}")
