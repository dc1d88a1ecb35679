"""MLflow's model registry through its own interface: all writes, and the reads of a store that is not a local file."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urlparse

from jupyter_mlstudio.core.refs import ModelRef
from jupyter_mlstudio.registry.types import Alias, LoggedModel, ModelVersion, RegisteredModel, VersionState

if TYPE_CHECKING:
    from mlflow import MlflowClient

PAGE = 200


class MlflowModels:
    """The registry as an MLflow client tells it; calls of a remote store take as long as its network."""

    def __init__(
        self, client: Callable[[], "MlflowClient"], errors: Callable[[], AbstractContextManager[None]]
    ) -> None:
        """Take what gives an MLflow client, and what raises MLflow's errors as ours."""
        self._client, self._errors = client, errors

    def models(self) -> list[RegisteredModel]:
        """Return every registered model, the last changed first."""
        with self._errors():
            found = _pages(lambda token: self._client().search_registered_models(max_results=PAGE, page_token=token))
            models = [self._model(model) for model in found]
        return sorted(models, key=lambda model: model.updated_at, reverse=True)

    def model(self, name: str) -> RegisteredModel:
        """Return one registered model."""
        with self._errors():
            return self._model(self._client().get_registered_model(name))

    def versions(self, name: str) -> list[ModelVersion]:
        """Return the versions of a registered model, the newest first."""
        with self._errors():
            aliases = self._client().get_registered_model(name).aliases
            found = list(self._found_versions(name))
        versions = [_version(version, _aliases_of(int(version.version), aliases)) for version in found]
        return sorted(versions, key=lambda version: version.version, reverse=True)

    def version(self, name: str, version: int) -> ModelVersion:
        """Return one version."""
        with self._errors():
            aliases = self._client().get_registered_model(name).aliases
            found = self._client().get_model_version(name, str(version))
        return _version(found, _aliases_of(version, aliases))

    def logged(self, run_id: str) -> list[LoggedModel]:
        """Return the models that a run logged, the newest first."""
        with self._errors():
            run = self._client().get_run(run_id)
            found = self._client().search_logged_models(
                experiment_ids=[run.info.experiment_id], filter_string=f"source_run_id = '{run.info.run_id}'"
            )
            return [self._logged(model) for model in found]

    def version_location(self, name: str, version: int) -> str:
        """Return where the files of a version lie: a path or an address."""
        with self._errors():
            return str(self._client().get_model_version_download_uri(name, str(version)))

    def logged_location(self, model_id: str) -> str:
        """Return where the files of a logged model lie: a path or an address."""
        with self._errors():
            return str(self._client().get_logged_model(model_id).artifact_location)

    def register(self, name: str, model_id: str, run_id: str, description: str) -> int:
        """Make a version of a registered model from a logged one, and the registered model if need be."""
        from mlflow.tracking._tracking_service.utils import _use_tracking_uri

        with self._errors():
            try:
                self._client().create_registered_model(name)
            except Exception as error:
                if getattr(error, "error_code", "") != "RESOURCE_ALREADY_EXISTS":
                    raise
            client = self._client()
            with _use_tracking_uri(client.tracking_uri):  # MLflow looks the logged model up in the global store
                made = client.create_model_version(
                    name, f"models:/{model_id}", run_id, description=description or None, model_id=model_id
                )
        return int(made.version)

    def set_alias(self, name: str, alias: str, version: int) -> None:
        """Let an alias stand for a version, whatever it stood for before."""
        with self._errors():
            self._client().set_registered_model_alias(name, alias, str(version))

    def remove_alias(self, name: str, alias: str) -> None:
        """Take an alias away."""
        with self._errors():
            self._client().delete_registered_model_alias(name, alias)

    def describe(self, name: str, version: int | None, description: str) -> None:
        """Change the description of a registered model or of one version."""
        with self._errors():
            if version is None:
                self._client().update_registered_model(name, description)
            else:
                self._client().update_model_version(name, str(version), description)

    def tag(self, name: str, version: int | None, tags: Mapping[str, str | None]) -> None:
        """Change tags of a registered model or of one version; None removes a tag."""
        with self._errors():
            client = self._client()
            for key, value in tags.items():
                if version is None:
                    if value is None:
                        client.delete_registered_model_tag(name, key)
                    else:
                        client.set_registered_model_tag(name, key, value)
                elif value is None:
                    client.delete_model_version_tag(name, str(version), key)
                else:
                    client.set_model_version_tag(name, str(version), key, value)

    def delete(self, name: str, version: int | None) -> None:
        """Delete a registered model with all versions, or one version."""
        with self._errors():
            if version is None:
                self._client().delete_registered_model(name)
            else:
                self._client().delete_model_version(name, str(version))

    def fetch(self, location: str, folder: Path) -> Path:
        """Download a model's files into a folder."""
        with self._errors():
            from mlflow.artifacts import download_artifacts

            return Path(
                download_artifacts(
                    artifact_uri=location, dst_path=str(folder), tracking_uri=self._client().tracking_uri
                )
            )

    def fetch_described(self, location: str, folder: Path) -> Path:
        """Download only what says what a model is: its description, packages and example."""
        from mlflow.artifacts import download_artifacts
        from mlflow.exceptions import MlflowException

        with self._errors():
            uri = self._client().tracking_uri
            for name in ("MLmodel", "requirements.txt", "input_example.json"):
                try:
                    download_artifacts(artifact_uri=f"{location}/{name}", dst_path=str(folder), tracking_uri=uri)
                except (MlflowException, OSError):  # the model was logged without it
                    continue
        return folder

    def runs_with(self, kind: str, key: str) -> list[str]:
        """Return the runs that a notebook, recipe, job or some data went into, the newest first."""
        tag = f"mlstudio.{kind}"  # the filter knows no escapes: any mark may stand for a quote, and is looked at below
        like = key.replace("'", "_")
        wanted = f"dataset.digest = '{like}'" if kind == "data" else f"tags.`{tag}` LIKE '{like}'"
        with self._errors():
            client = self._client()
            known = _pages(lambda token: client.search_experiments(page_token=token))
            ids = [each.experiment_id for each in known]
            found = client.search_runs(ids, wanted, max_results=1000, order_by=["attributes.start_time DESC"])
            return [run.info.run_id for run in found if kind == "data" or run.data.tags.get(tag) == key]

    def _model(self, model: Any) -> RegisteredModel:
        versions = [int(version.version) for version in self._found_versions(model.name)]
        return RegisteredModel(
            name=model.name,
            description=model.description or "",
            tags=dict(model.tags),
            aliases=[Alias(alias=alias, version=int(version)) for alias, version in sorted(model.aliases.items())],
            versions=len(versions),
            latest_version=max(versions, default=None),
            created_at=_time(model.creation_timestamp),
            updated_at=_time(model.last_updated_timestamp or model.creation_timestamp),
        )

    def _found_versions(self, name: str) -> Iterator[Any]:
        """MLflow's filters know no escapes: a name with both kinds of quotes is looked for among all versions."""
        quote = next((mark for mark in "'\"" if mark not in name), None)
        wanted = f"name={quote}{name}{quote}" if quote else ""
        found = _pages(lambda token: self._client().search_model_versions(wanted, max_results=PAGE, page_token=token))
        return (version for version in found if version.name == name)

    def _logged(self, model: Any) -> LoggedModel:
        source = f"models:/{model.model_id}"
        registered = self._client().search_model_versions(f"run_id = '{model.source_run_id}'")
        return LoggedModel(
            model_id=model.model_id,
            name=model.name,
            run_id=model.source_run_id,
            state=_STATES.get(str(model.status.value), VersionState.PENDING),
            created_at=_time(model.creation_timestamp),
            registered=[
                ModelRef(name=name, version=number)
                for name, number in sorted(
                    (known.name, int(known.version)) for known in registered if known.source == source
                )
            ],
        )


def local_folder(location: str) -> Path | None:
    """Return the folder that a location names on this machine, or None if it is elsewhere."""
    parts = urlparse(location)
    if parts.scheme == "file":
        return Path(unquote(parts.path))
    return Path(location) if not parts.scheme else None


_STATES = {"READY": VersionState.READY, "FAILED": VersionState.FAILED, "FAILED_REGISTRATION": VersionState.FAILED}


def _version(version: Any, aliases: list[str]) -> ModelVersion:
    source = version.source or ""
    return ModelVersion(
        name=version.name,
        version=int(version.version),
        state=_STATES.get(str(version.status), VersionState.PENDING),
        message=version.status_message or "",
        description=version.description or "",
        tags=dict(version.tags),
        aliases=aliases,
        run_id=version.run_id or None,
        model_id=source.removeprefix("models:/") if source.startswith("models:/m-") else None,
        source=source,
        created_at=_time(version.creation_timestamp),
        updated_at=_time(version.last_updated_timestamp or version.creation_timestamp),
    )


def _aliases_of(version: int, aliases: dict[str, Any]) -> list[str]:
    return sorted(alias for alias, number in aliases.items() if int(number) == version)


def _pages(search: Callable[[str | None], Any]) -> Iterator[Any]:
    token: str | None = None
    while True:
        page = search(token)
        yield from page
        token = page.token
        if not token:
            return


def _time(milliseconds: int) -> datetime:
    return datetime.fromtimestamp(milliseconds / 1000, UTC)
