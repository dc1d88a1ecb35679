"""Registered models as MLflow keeps them: names, versions, aliases, tags and descriptions."""

import re
from collections.abc import Callable
from pathlib import Path

from jupyter_mlstudio.core.errors import ConflictError, InvalidError, NotFoundError
from jupyter_mlstudio.core.events import Changed, Publish
from jupyter_mlstudio.core.refs import ModelRef
from jupyter_mlstudio.registry.models import MlflowModels, local_folder
from jupyter_mlstudio.registry.reader import StoreReader
from jupyter_mlstudio.registry.surroundings import Surroundings
from jupyter_mlstudio.registry.types import (
    AliasSpec,
    DescriptionSpec,
    LoggedModel,
    LoggedModelList,
    ModelVersion,
    ModelVersionList,
    RegisteredModel,
    RegisteredModelList,
    RegisterSpec,
    TagsSpec,
)

NUMBER = re.compile(r"v?\d+", re.IGNORECASE)


class Shelf:
    """Names models that are worth keeping, and numbers their versions; MLflow keeps them.

    Reads come straight from the store where it is a SQLite file, and import no engine then (`direct`).
    """

    def __init__(
        self,
        reader: StoreReader | None,
        models: MlflowModels,
        publish: Publish,
        around: Surroundings | None = None,
    ) -> None:
        self._models, self._publish = models, publish
        self._around = around or Surroundings(Path())
        self._reader = reader
        self._seen: tuple[int, dict[str, str]] | None = None

    @property
    def direct(self) -> bool:
        """Whether reads import no engine."""
        return self._reader is not None and self._around.direct()

    def models(self) -> RegisteredModelList:
        """List the registered models, the last changed first."""
        return RegisteredModelList(items=self._reads.models())

    def model(self, name: str) -> RegisteredModel:
        """Return one registered model."""
        return self._reads.model(name)

    def versions(self, name: str) -> ModelVersionList:
        """List the versions of a registered model, the newest first."""
        return ModelVersionList(items=self._reads.versions(name))

    def version(self, name: str, version: int) -> ModelVersion:
        """Return one version."""
        return self._reads.version(name, version)

    def all_versions(self) -> ModelVersionList:
        """List the versions of all registered models, those of the last changed model first."""
        names = [model.name for model in self._reads.models()]
        return ModelVersionList(items=[version for name in names for version in self._reads.versions(name)])

    def logged_by(self, runs: str) -> LoggedModelList:
        """List the models that some runs logged, run by run, the newest of each first; the ids have commas between."""
        ids = [run for run in runs.split(",") if run]
        return LoggedModelList(items=[model for run_id in ids for model in self._reads.logged(run_id)])

    def logged(self, run_id: str) -> LoggedModelList:
        """List the models that a run logged, the newest first."""
        return LoggedModelList(items=self._reads.logged(run_id))

    def register(self, spec: RegisterSpec) -> ModelVersion:
        """Make a run's logged model a version of a registered model.

        Raises:
            NotFoundError: There is no such run, or it logged no such model.
            InvalidError: The name or an alias is not one that MLflow takes.
        """
        check_name(spec.name)
        for alias in spec.aliases:
            check_alias(alias)
        logged = self._logged(spec.run_id, spec.model_id)
        version = self._models.register(spec.name, logged.model_id, spec.run_id, spec.description)
        for alias in spec.aliases:
            self._models.set_alias(spec.name, alias, version)
        self._changed(spec.name, "added" if version == 1 else "changed")
        return self.version(spec.name, version)

    def set_alias(self, name: str, alias: str, spec: AliasSpec) -> RegisteredModel:
        """Let an alias stand for a version, whatever it stood for before.

        Raises:
            NotFoundError: There is no such version.
            InvalidError: The alias looks like a version number, or is the word "latest".
        """
        check_alias(alias)
        self.version(name, spec.version)
        self._models.set_alias(name, alias, spec.version)
        self._changed(name, "changed")
        return self.model(name)

    def remove_alias(self, name: str, alias: str) -> RegisteredModel:
        """Take an alias away; it is no error if it stood for nothing."""
        self.model(name)
        self._models.remove_alias(name, alias)
        self._changed(name, "changed")
        return self.model(name)

    def describe(self, name: str, spec: DescriptionSpec) -> RegisteredModel:
        """Change what is said about a registered model."""
        self.model(name)
        self._models.describe(name, None, spec.description)
        self._changed(name, "changed")
        return self.model(name)

    def describe_version(self, name: str, version: int, spec: DescriptionSpec) -> ModelVersion:
        """Change what is said about one version."""
        self.version(name, version)
        self._models.describe(name, version, spec.description)
        self._changed(name, "changed")
        return self.version(name, version)

    def tag(self, name: str, spec: TagsSpec) -> RegisteredModel:
        """Change tags of a registered model; what is not named stays."""
        self.model(name)
        self._models.tag(name, None, spec.tags)
        self._changed(name, "changed")
        return self.model(name)

    def tag_version(self, name: str, version: int, spec: TagsSpec) -> ModelVersion:
        """Change tags of one version, `stage` among them; what is not named stays."""
        self.version(name, version)
        self._models.tag(name, version, spec.tags)
        self._changed(name, "changed")
        return self.version(name, version)

    def delete(self, name: str, force: bool = False) -> None:
        """Delete a registered model with all its versions; runs and endpoints keep their models.

        Raises:
            ConflictError: An endpoint serves one of its versions, and `force` is not given.
        """
        self.model(name)
        self._check_unserved(name, None, force)
        self._models.delete(name, None)
        self._changed(name, "removed")

    def delete_version(self, name: str, version: int, force: bool = False) -> None:
        """Delete one version; its number is not given again.

        Raises:
            ConflictError: An endpoint serves it, and `force` is not given.
        """
        self.version(name, version)
        self._check_unserved(name, version, force)
        self._models.delete(name, version)
        self._changed(name, "changed")

    def resolve(self, name: str, version_or_alias: str | None) -> ModelRef:
        """Return the version that a number or an alias stands for; the newest version without either."""
        if version_or_alias is None:
            newest = self.model(name).latest_version
            if newest is None:
                raise NotFoundError(f"Model {name!r} has no version.")
            return ModelRef(name=name, version=newest)
        if version_or_alias.isdecimal():
            return ModelRef(name=name, version=self.version(name, int(version_or_alias)).version)
        for alias in self.model(name).aliases:
            if alias.alias == version_or_alias:
                return ModelRef(name=name, version=alias.version)
        raise NotFoundError(f"No version of {name!r} has the alias {version_or_alias!r}.")

    def version_folder(self, ref: ModelRef, into: Callable[[], Path]) -> Path:
        """Return the folder with a version's files; those that are not on this machine are downloaded into `into()`."""
        return self._folder(self._reads.version_location(ref.name, ref.version), into)

    def logged_folder(self, run_id: str, into: Callable[[], Path]) -> Path:
        """Return the folder with the files of a run's newest logged model, downloaded into `into()` if need be."""
        return self._folder(self._reads.logged_location(self._logged(run_id, None).model_id), into)

    def changes(self) -> int | None:
        """Return a number that differs after another process has written to the store; None where asking costs."""
        return None if self._reader is None or not self.direct else self._reader.changes()

    def poll(self) -> list[Changed]:
        """Return the registered models that somebody changed since the last call; cheap when nothing was written."""
        if self._reader is None or not self.direct:
            return []
        number = self._reader.changes()
        if self._seen is not None and self._seen[0] == number:
            return []
        before, after = None if self._seen is None else self._seen[1], self._reader.fingerprints()
        self._seen = (number, after)
        return [] if before is None else _differences(before, after)

    def _check_unserved(self, name: str, version: int | None, force: bool) -> None:
        if force:
            return
        for endpoint in self._around.endpoints():
            for ref in endpoint.serves:
                if ref.name == name and version in (None, ref.version):
                    raise ConflictError(
                        f"Endpoint {endpoint.name!r} serves version {ref.version} of {name!r}. It keeps its copy, but"
                        " could not be rolled to it again. Delete with force if that is meant.",
                        code="in_use",
                    )

    @property
    def _reads(self) -> StoreReader | MlflowModels:
        return self._models if self._reader is None or not self.direct else self._reader

    def _logged(self, run_id: str, model_id: str | None) -> LoggedModel:
        found = self._reads.logged(run_id)
        if not found:
            raise NotFoundError(f"Run {run_id!r} logged no model. Log one with run.log_model(...).", code="no_model")
        if model_id is None:
            return found[0]
        for model in found:
            if model.model_id == model_id:
                return model
        raise NotFoundError(f"Run {run_id!r} logged no model with the id {model_id!r}.")

    def _folder(self, location: str, into: Callable[[], Path]) -> Path:
        folder = local_folder(location)
        if folder is None:
            return self._models.fetch(location, into())
        if not (folder / "MLmodel").is_file():
            raise ConflictError("The model's files are gone: the folder they were logged to holds no MLmodel file.")
        return folder

    def _changed(self, name: str, change: str) -> None:
        self._publish(Changed.model_validate({"kind": "model", "id": name, "change": change}))


def check_name(name: str) -> None:
    """Refuse what cannot be the name of a registered model."""
    if not name.strip() or any(mark in name for mark in "/:"):
        raise InvalidError("name: a registered model's name may not contain / or :, and may not be empty.")


def check_alias(alias: str) -> None:
    """Refuse what cannot be an alias."""
    if not alias or NUMBER.fullmatch(alias) or alias.lower() == "latest":
        raise InvalidError(f"alias: {alias!r} cannot be an alias, since it reads like a version. Choose another word.")


def _differences(before: dict[str, str], after: dict[str, str]) -> list[Changed]:
    removed = [Changed(kind="model", id=name, change="removed") for name in before.keys() - after.keys()]
    added = [Changed(kind="model", id=name, change="added") for name in after.keys() - before.keys()]
    changed = [
        Changed(kind="model", id=name, change="changed")
        for name in before.keys() & after.keys()
        if before[name] != after[name]
    ]
    return [*removed, *added, *changed]
