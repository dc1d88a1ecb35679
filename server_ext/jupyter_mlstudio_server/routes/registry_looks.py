"""What is found out about versions over HTTP: overview, lineage, comparison, promotion, card, and versions as files."""

from typing import TYPE_CHECKING

from jupyter_mlstudio.core.validation import convert
from jupyter_mlstudio.registry.archive_types import Archive, ArchiveImport, ArchiveSpec, VersionFile
from jupyter_mlstudio.registry.card_types import CardSpec, ModelCard
from jupyter_mlstudio.registry.facts_types import Promotion, PromotionSpec, VersionComparison, VersionOverviewList
from jupyter_mlstudio.registry.lineage_types import Lineage, NodeKind
from jupyter_mlstudio.registry.types import ModelVersion, RegisteredModel, TagsSpec
from jupyter_mlstudio_server.http import StudioHandler, operation

if TYPE_CHECKING:
    from jupyter_mlstudio.registry.service import Registry

MODEL = r"/mlstudio/registry/models/(?P<name>[^/]+)"
VERSION = MODEL + r"/versions/(?P<version>\d+)"


class LookHandler(StudioHandler):
    """Base of these routes."""

    @property
    def looks(self) -> "Registry":
        """The registry here where runs and models are read straight from a file, else in the engine process."""
        here = self.studio
        return here.registry if here.registry.direct and here.experiments.direct else self.engine.registry


class OverviewHandler(LookHandler):
    @operation()
    def get(self, name: str, metric: str | None = None) -> VersionOverviewList:
        """List the versions with a metric of their runs and the endpoints that serve them."""
        return self.looks.overview(name=name, metric=metric or None)


class LineageHandler(LookHandler):
    @operation()
    def get(self, kind: str = "version", key: str = "") -> Lineage:
        """Draw where a thing comes from and what depends on it."""
        return self.looks.lineage_of(kind=convert(NodeKind, kind, "kind"), key=key)


class ComparisonHandler(LookHandler):
    @operation()
    def get(self, name: str, versions: str = "") -> VersionComparison:
        """Put versions side by side; their numbers are separated by commas."""
        return self.looks.compare(name=name, versions=convert(list[int], versions.split(","), "versions"))


class PromotionHandler(LookHandler):
    @operation()
    def get(
        self, name: str, version: int, alias: str = "champion", metric: str | None = None, better: str | None = None
    ) -> Promotion:
        """Tell what moving an alias to the version would change."""
        spec = convert(PromotionSpec, {"alias": alias, "metric": metric or None, "better": better or None})
        return self.looks.promotion(name=name, version=version, spec=spec)

    @operation()
    def post(self, name: str, version: int, spec: PromotionSpec) -> Promotion:
        """Move an alias to the version."""
        return self.engine.registry.promote(name=name, version=version, **dict(spec))


class CardHandler(LookHandler):
    @operation()
    def get(self, name: str, version: int) -> ModelCard:
        """Make the card of a version."""
        return self.looks.card(name=name, version=version)

    @operation()
    def patch(self, name: str, version: int, spec: CardSpec) -> ModelCard:
        """Change the user's own parts of a card."""
        return self.engine.registry.write_card(name=name, version=version, spec=spec)


class PublishedCardHandler(LookHandler):
    @operation()
    def put(self, name: str, version: int) -> ModelVersion:
        """Make the card the version's description."""
        return self.engine.registry.publish_card(name=name, version=version)

    @operation()
    def delete(self, name: str, version: int) -> ModelVersion:
        """Take the card out of the description."""
        return self.engine.registry.withdraw_card(name=name, version=version)


class ModelTagsHandler(LookHandler):
    @operation()
    def patch(self, name: str, spec: TagsSpec) -> RegisteredModel:
        """Change tags of a registered model."""
        return self.engine.registry.tag(name=name, spec=spec)


class VersionTagsHandler(LookHandler):
    @operation()
    def patch(self, name: str, version: int, spec: TagsSpec) -> ModelVersion:
        """Change tags of a version."""
        return self.engine.registry.tag_version(name=name, version=version, spec=spec)


class ExportHandler(LookHandler):
    @operation(status=201)
    def post(self, name: str, version: int, spec: ArchiveSpec) -> VersionFile:
        """Write a version as one file of the project."""
        return self.looks.export(name=name, version=version, path=spec.path)


class ArchiveHandler(LookHandler):
    @operation()
    def get(self, path: str = "") -> Archive:
        """Tell what a file of a version holds."""
        return self.studio.registry.archive(path)

    @operation(status=201)
    def post(self, spec: ArchiveImport) -> ModelVersion:
        """Make a version from a file."""
        return self.engine.registry.import_(**dict(spec))


ROUTES = [
    (MODEL + r"/overview", OverviewHandler),
    (MODEL + r"/comparison", ComparisonHandler),
    (MODEL + r"/tags", ModelTagsHandler),
    (VERSION + r"/tags", VersionTagsHandler),
    (VERSION + r"/promotion", PromotionHandler),
    (VERSION + r"/card", CardHandler),
    (VERSION + r"/card/published", PublishedCardHandler),
    (VERSION + r"/export", ExportHandler),
    (r"/mlstudio/registry/lineage", LineageHandler),
    (r"/mlstudio/registry/archive", ArchiveHandler),
]
