"""Registered models and their versions over HTTP."""

from typing import TYPE_CHECKING

from jupyter_mlstudio.registry.types import (
    AliasSpec,
    DescriptionSpec,
    LoggedModelList,
    ModelVersion,
    ModelVersionList,
    RegisteredModel,
    RegisteredModelList,
    RegisterSpec,
)
from jupyter_mlstudio_server.http import StudioHandler, operation

if TYPE_CHECKING:
    from jupyter_mlstudio.registry.service import Registry

MODELS = r"/mlstudio/registry/models"
MODEL = MODELS + r"/(?P<name>[^/]+)"
VERSION = MODEL + r"/versions/(?P<version>\d+)"


class RegistryHandler(StudioHandler):
    """Base of the registry's routes."""

    @property
    def reads(self) -> "Registry":
        """The registry to read from: in this process, unless its store needs MLflow."""
        return self.studio.registry if self.studio.registry.direct else self.engine.registry


class ModelsHandler(RegistryHandler):
    @operation()
    def get(self) -> RegisteredModelList:
        """List the registered models, the last changed first."""
        return self.reads.models()


class ModelHandler(RegistryHandler):
    @operation()
    def get(self, name: str) -> RegisteredModel:
        """Show a registered model."""
        return self.reads.model(name=name)

    @operation()
    def patch(self, name: str, spec: DescriptionSpec) -> RegisteredModel:
        """Change what is said about a registered model."""
        return self.engine.registry.describe(name=name, spec=spec)

    @operation()
    def delete(self, name: str, force: bool = False) -> None:
        """Delete a registered model with all its versions; with `force` also if an endpoint serves one."""
        self.engine.registry.delete(name=name, force=force)


class VersionsHandler(RegistryHandler):
    @operation()
    def get(self, name: str) -> ModelVersionList:
        """List the versions of a registered model, the newest first."""
        return self.reads.versions(name=name)


class VersionHandler(RegistryHandler):
    @operation()
    def get(self, name: str, version: int) -> ModelVersion:
        """Show one version."""
        return self.reads.version(name=name, version=version)

    @operation()
    def patch(self, name: str, version: int, spec: DescriptionSpec) -> ModelVersion:
        """Change what is said about one version."""
        return self.engine.registry.describe_version(name=name, version=version, spec=spec)

    @operation()
    def delete(self, name: str, version: int, force: bool = False) -> None:
        """Delete one version; with `force` also if an endpoint serves it."""
        self.engine.registry.delete_version(name=name, version=version, force=force)


class AliasHandler(RegistryHandler):
    @operation()
    def put(self, name: str, alias: str, spec: AliasSpec) -> RegisteredModel:
        """Let an alias stand for a version."""
        return self.engine.registry.set_alias(name=name, alias=alias, spec=spec)

    @operation()
    def delete(self, name: str, alias: str) -> RegisteredModel:
        """Take an alias away."""
        return self.engine.registry.remove_alias(name=name, alias=alias)


class LoggedHandler(RegistryHandler):
    @operation()
    def get(self, run_id: str) -> LoggedModelList:
        """List the models that a run logged, the newest first."""
        return self.reads.logged(run_id=run_id)


class LoggedByHandler(RegistryHandler):
    @operation()
    def get(self, runs: str = "") -> LoggedModelList:
        """List the models that some runs logged, run by run; the ids are separated by commas."""
        return self.reads.logged_by(runs=runs)


class RegisterHandler(RegistryHandler):
    @operation()
    def get(self) -> ModelVersionList:
        """List the versions of all registered models, those of the last changed model first."""
        return self.reads.all_versions()

    @operation(status=201)
    def post(self, spec: RegisterSpec) -> ModelVersion:
        """Make a run's logged model a version of a registered model."""
        return self.engine.registry.register(spec=spec)


ROUTES = [
    (MODELS, ModelsHandler),
    (MODEL, ModelHandler),
    (MODEL + r"/versions", VersionsHandler),
    (VERSION, VersionHandler),
    (MODEL + r"/aliases/(?P<alias>[^/]+)", AliasHandler),
    (r"/mlstudio/registry/runs/(?P<run_id>\w+)/models", LoggedHandler),
    (r"/mlstudio/registry/logged", LoggedByHandler),
    (r"/mlstudio/registry/versions", RegisterHandler),
]
