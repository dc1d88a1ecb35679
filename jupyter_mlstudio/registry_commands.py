"""What `jupyter mlstudio models …` does, and what it prints."""

import argparse
from typing import TYPE_CHECKING, TypeAlias

from jupyter_mlstudio.commands import studio_of, table, time_text
from jupyter_mlstudio.core.errors import InvalidError

if TYPE_CHECKING:
    from jupyter_mlstudio.registry.facts_types import Promotion
    from jupyter_mlstudio.registry.service import Registry

Verbs: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"


def add(verbs: Verbs) -> None:
    """Add the commands to a parser."""
    models = verbs.add_parser("models", help="list, compare, promote, export and import registered models")
    inner = models.add_subparsers(required=True, metavar="VERB")
    inner.add_parser("list", help="list the registered models").set_defaults(run=models_list)
    show = inner.add_parser("show", help="list the versions of a model")
    show.add_argument("name", help="the registered model")
    show.add_argument("--metric", help="the metric to show; the usual one if not given")
    show.set_defaults(run=models_show)
    compare = inner.add_parser("compare", help="print what differs between versions")
    compare.add_argument("name", help="the registered model")
    compare.add_argument("versions", nargs="+", type=int, metavar="VERSION")
    compare.add_argument("--all", action="store_true", help="print what is the same too")
    compare.set_defaults(run=models_compare)
    _add_of_version(inner)
    _add_promote(inner)
    _add_exchange(inner)


def _add_of_version(inner: Verbs) -> None:
    for verb, text, command in (
        ("card", "print the card of a version as Markdown", models_card),
        ("lineage", "print what a version came from and what serves it", models_lineage),
        ("tag", "change tags of a model or a version", models_tag),
        ("delete", "delete a version, or a model with all its versions", models_delete),
    ):
        parser = inner.add_parser(verb, help=text)
        parser.add_argument("model", metavar="NAME[@ALIAS|/VERSION]", help="the newest version if not said")
        parser.set_defaults(run=command)
        if verb == "card":
            parser.add_argument("--keep", action="store_true", help="make it the description that MLflow shows too")
        if verb == "tag":
            parser.add_argument("tags", nargs="+", metavar="NAME=VALUE", help="an empty value removes the tag")
        if verb == "delete":
            parser.add_argument("--force", action="store_true", help="delete it even if an endpoint serves it")


def _add_promote(inner: Verbs) -> None:
    promote = inner.add_parser("promote", help="let an alias stand for a version; endpoints that follow it roll")
    promote.add_argument("model", metavar="NAME/VERSION")
    promote.add_argument("--alias", default="champion", help="the alias that moves; champion if not given")
    promote.add_argument("--metric", help="refuse if the version is worse in this metric")
    promote.add_argument("--better", choices=["higher", "lower"], help="which values are good; guessed if not given")
    promote.add_argument("--force", action="store_true", help="promote it even if it is worse")
    promote.add_argument("--dry-run", action="store_true", help="only print what would change")
    promote.set_defaults(run=models_promote)


def _add_exchange(inner: Verbs) -> None:
    export = inner.add_parser("export", help="write a version as one file")
    export.add_argument("model", metavar="NAME[@ALIAS|/VERSION]", help="the newest version if not said")
    export.add_argument("file", nargs="?", help="path in the project; NAME-VERSION.model.zip if not given")
    export.set_defaults(run=models_export)
    imports = inner.add_parser("import", help="make a version from a file; nothing of it is loaded")
    imports.add_argument("file", help="path in the project")
    imports.add_argument("--name", help="the registered model; that of the file if not given")
    imports.add_argument("--alias", action="append", default=[], help="let this alias stand for it; may be repeated")
    imports.add_argument("--trust", action="store_true", help="let endpoints load it without asking")
    imports.set_defaults(run=models_import)


def models_list(options: argparse.Namespace) -> None:
    """Print the registered models."""
    models = studio_of(options).registry.models().items
    table(
        ("name", "versions", "latest", "aliases", "changed"),
        [
            (
                each.name,
                str(each.versions),
                str(each.latest_version or ""),
                ", ".join(f"{alias.alias}={alias.version}" for alias in each.aliases),
                time_text(each.updated_at),
            )
            for each in models
        ],
    )


def models_show(options: argparse.Namespace) -> None:
    """Print the versions of a model."""
    registry = studio_of(options).registry
    versions = {each.version: each for each in registry.versions(options.name).items}
    known = registry.overview(options.name, options.metric)
    table(
        ("version", "aliases", "stage", known.metric or "metric", "run", "registered", "served by"),
        [
            (
                str(each.version),
                ", ".join(versions[each.version].aliases),
                each.stage,
                _cell(each.value),
                each.run_name,
                time_text(versions[each.version].created_at),
                ", ".join(f"{endpoint.name} ({endpoint.state})" for endpoint in each.served_by),
            )
            for each in known.items
        ],
    )


def models_compare(options: argparse.Namespace) -> None:
    """Print what differs between versions."""
    found = studio_of(options).registry.compare(options.name, options.versions)
    head = ("", "", *(f"version {version}" for version in found.versions))
    rows = [row for row in found.rows if options.all or not row.same]
    table(head, [(row.kind, row.name, *(_cell(value) for value in row.values)) for row in rows])


def models_card(options: argparse.Namespace) -> None:
    """Print a card."""
    registry, name, version = _version(options)
    print(registry.card(name, version).markdown, end="")
    if options.keep:
        registry.publish_card(name, version)


def models_lineage(options: argparse.Namespace) -> None:
    """Print what a version came from and what serves it, one link a line."""
    registry, name, version = _version(options)
    found = registry.lineage(name, version)
    told = {node.id: f"{node.kind} {node.title}" for node in found.nodes}
    table(("from", "to", "as"), [(told[link.source], told[link.target], link.label) for link in found.links])


def models_tag(options: argparse.Namespace) -> None:
    """Change tags of a model, or of a version if one is named."""
    from jupyter_mlstudio.registry.types import TagsSpec

    given = [text.partition("=") for text in options.tags]
    spec = TagsSpec(tags={name: value or (None if mark else "") for name, mark, value in given})
    if any(mark in options.model for mark in "@/"):
        registry, name, version = _version(options)
        tags = registry.tag_version(name, version, spec).tags
    else:
        tags = studio_of(options).registry.tag(options.model, spec).tags
    table(("tag", "value"), sorted(tags.items()))


def models_delete(options: argparse.Namespace) -> None:
    """Delete a version, or a model with all its versions."""
    if any(mark in options.model for mark in "@/"):
        registry, name, version = _version(options)
        registry.delete_version(name, version, force=options.force)
    else:
        studio_of(options).registry.delete(options.model, force=options.force)


def models_promote(options: argparse.Namespace) -> None:
    """Let an alias stand for a version."""
    from jupyter_mlstudio.registry.facts_types import PromotionSpec

    if "/" not in options.model:
        raise InvalidError(f"model: {options.model!r} names no version. Write it as NAME/VERSION.")
    registry, name, version = _version(options)
    how = {"metric": options.metric, "better": options.better, "force": options.force}
    if options.dry_run:
        _print_promotion(registry.promotion(name, version, PromotionSpec(alias=options.alias, **how)))
    else:
        _print_promotion(registry.promote(name, version, options.alias, **how))


def models_export(options: argparse.Namespace) -> None:
    """Write a version as one file."""
    registry, name, version = _version(options)
    written = registry.export(name, version, options.file)
    print(f"{written.path}  {written.size:,} bytes  sha256 {written.sha256}")


def models_import(options: argparse.Namespace) -> None:
    """Make a version from a file."""
    registry = studio_of(options).registry
    made = registry.import_(options.file, options.name, trust=options.trust, aliases=options.alias)
    print(f"{made.name}, version {made.version}")


def _version(options: argparse.Namespace) -> "tuple[Registry, str, int]":
    registry = studio_of(options).registry
    mark = "@" if "@" in options.model else "/"
    name, _, wanted = options.model.partition(mark)
    ref = registry.resolve(name, wanted or None)
    return registry, ref.name, ref.version


def _print_promotion(promotion: "Promotion") -> None:
    before = "nothing" if promotion.before is None else f"version {promotion.before}"
    told = "stood" if promotion.done else "stands"
    print(f"{promotion.name}@{promotion.alias} {told} for {before}, {'now' if promotion.done else 'then'} version "
          f"{promotion.version}")  # fmt: skip
    for endpoint in promotion.endpoints:
        print(f"endpoint {endpoint.name} follows it")
    if promotion.gate is not None:
        print(promotion.gate.reason)


def _cell(value: float | str | None) -> str:
    return f"{value:.6g}" if isinstance(value, float) else str(value or "")
