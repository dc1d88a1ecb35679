"""What `jupyter mlstudio deploy` and `endpoints …` do, and what they print."""

import argparse
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

from jupyter_mlstudio import transform_commands
from jupyter_mlstudio.commands import parameter_of, studio_of, table, time_text
from jupyter_mlstudio.core.errors import InvalidError

if TYPE_CHECKING:
    from jupyter_mlstudio.serving.client import EndpointClient
    from jupyter_mlstudio.serving.types import Endpoint, Share

Verbs: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"
SCALING = (
    ("--min", "min_workers", int, "at least so many workers; 0 lets it fall asleep when nobody asks"),
    ("--max", "max_workers", int, "at most so many workers"),
    ("--target", "target", str, "what is held: concurrency, requests, latency or cpu"),
    ("--value", "value", float, "near which value, for each worker"),
    ("--idle", "idle_seconds", float, "seconds without a request until it falls asleep"),
)


def add(verbs: Verbs) -> None:
    """Add the commands to a parser."""
    _add_deploy(verbs.add_parser("deploy", help="put a model behind an endpoint and wait until it answers"))
    endpoints = verbs.add_parser("endpoints", help="list, change, call and stop endpoints")
    inner = endpoints.add_subparsers(required=True, metavar="VERB")
    inner.add_parser("list", help="list the endpoints").set_defaults(run=endpoints_list)
    _add_deploy(inner.add_parser("deploy", help="put a model behind an endpoint and wait until it answers"))
    for verb, text, command in (
        ("show", "print who answers, how it is computed, and how it does", endpoints_show),
        ("start", "start an endpoint and wait until it answers", endpoints_start),
        ("stop", "stop an endpoint; requests under way are finished", endpoints_stop),
        ("sleep", "let an endpoint fall asleep; the next request wakes it", endpoints_sleep),
        ("remove", "stop an endpoint and forget it, with its models, key and log", endpoints_remove),
        ("log", "print the end of an endpoint's log", endpoints_log),
        ("key", "print the key that callers must send", endpoints_key),
    ):
        parser = _named(inner, verb, text, command)
        if verb == "log":
            parser.add_argument("-n", "--lines", type=int, default=200, help="how many lines")
        if verb == "key":
            parser.add_argument("--rotate", action="store_true", help="make a new one; the old one is refused")
    _add_changes(inner)
    _add_call(inner)
    transform_commands.add_export(inner)


def _named(inner: Verbs, verb: str, text: str, command: Any) -> argparse.ArgumentParser:
    parser = inner.add_parser(verb, help=text)
    parser.add_argument("name", help="name of the endpoint")
    parser.set_defaults(run=command)
    return parser


def _add_deploy(deploy: argparse.ArgumentParser) -> None:
    _add_source(deploy)
    deploy.add_argument("--endpoint", metavar="NAME", help="name of the endpoint; the model's if not given")
    deploy.add_argument("--port", type=int, help="port to listen on; a free one if not given")
    _add_scaling(deploy)
    deploy.set_defaults(run=endpoints_deploy)


def _add_source(parser: argparse.ArgumentParser) -> None:
    model = parser.add_mutually_exclusive_group(required=True)
    model.add_argument(
        "--model", metavar="NAME[@ALIAS|/VERSION]", help="a registered model; its newest version if not said"
    )
    model.add_argument("--run", dest="run_id", metavar="ID", help="a run; its newest logged model is taken")
    model.add_argument("--path", metavar="PATH", help="a model folder or file of the project")
    parser.add_argument("--trust", action="store_true", help="load it even if it does not come from this project")
    parser.add_argument(
        "--follow", action="store_true", help="roll by itself when the alias stands for another version"
    )
    parser.add_argument("--weight", type=float, metavar="PERCENT", help="its part of the traffic, as a canary")
    parser.add_argument("--shadow", action="store_true", help="only compare its answers with the others'")
    parser.add_argument("--served-as", default="", metavar="MODEL", help="answer to this model name beside the others")


def _add_scaling(parser: argparse.ArgumentParser) -> None:
    for flag, name, kind, text in SCALING:
        parser.add_argument(flag, dest=name, type=kind, help=text)


def _add_changes(inner: Verbs) -> None:
    roll = _named(inner, "roll", "put another model behind an endpoint without losing a request", endpoints_roll)
    _add_source(roll)
    split = _named(inner, "split", "divide the requests among deployments", endpoints_split)
    split.add_argument("weights", nargs="+", metavar="NUMBER=WEIGHT", help="such as 3=90 4=10")
    _add_scaling(_named(inner, "scale", "say how many workers shall answer", endpoints_scale))
    for verb, text, command in (
        ("promote", "give a canary or a shadow the whole traffic", endpoints_promote),
        ("rollback", "let an earlier deployment answer again", endpoints_rollback),
    ):
        parser = _named(inner, verb, text, command)
        parser.add_argument("number", nargs="?", type=int, help="number of the deployment, if it is not clear")


def _add_call(inner: Verbs) -> None:
    call = _named(inner, "call", "predict, and print one answer a line", endpoints_call)
    call.add_argument(
        "rows", nargs="?", default="-", metavar="FILE", help="CSV, JSON or Parquet; - reads JSON from stdin"
    )
    call.add_argument(
        "-v", "--value", action="append", default=[], metavar="NAME=VALUE", help="one row; may be repeated"
    )
    call.add_argument("--method", help="such as predict_proba")
    call.add_argument("--served-as", default="", metavar="MODEL", help="name of the model, if there are several")


def endpoints_deploy(options: argparse.Namespace) -> None:
    """Put a model behind an endpoint and wait until it answers."""
    studio = studio_of(options)
    scaling = _scaling(options)
    extra: dict[str, Any] = {"scaling": scaling} if scaling else {}
    endpoint = studio.deploy(_model(options), options.endpoint, port=options.port, **_how(options), **extra)
    print(f"{endpoint.name} answers on {endpoint.url}")
    for snippet in studio.serving.detail(endpoint.id).snippets:
        print(f"\n{snippet.title}:\n{snippet.text}")


def endpoints_list(options: argparse.Namespace) -> None:
    """Print the endpoints."""
    table(
        ("name", "state", "answers", "workers", "address", "message"),
        [
            (each.name, each.state.value, _answers(each), str(each.workers), each.url or "", each.message)
            for each in studio_of(options).serving.endpoints().items
        ],
    )


def endpoints_show(options: argparse.Namespace) -> None:
    """Print who answers how much, how it is computed, and how it does."""
    endpoint = _endpoint(options)
    detail, stats = endpoint.detail(), endpoint.stats()
    ways = {way.number: way.report for way in detail.ways}
    now = detail.endpoint
    print(f"{now.name}: {now.state.value} {now.url or ''} {now.message}".rstrip())
    if now.follow is not None:
        print(f"follows {now.follow.name}@{now.follow.alias}")
    counts = {each.number: each for each in stats.variants}
    labels = {each.number: each.label for each in now.deployments}
    rows = []
    for share in now.traffic:
        report, done = ways.get(share.number), counts.get(share.number)
        told = f"{report.way}: {report.why}" if report else ""
        figures = (
            (str(done.requests), str(done.errors), _ms(done.p50_ms), _ms(done.p99_ms)) if done else ("", "", "", "")
        )
        rows.append((str(share.number), labels.get(share.number, ""), _part(share), *figures, told))
    table(("number", "model", "traffic", "requests", "errors", "p50", "p99", "computed"), rows)
    for event in stats.scaled[-5:]:
        print(f"{time_text(event.at)}  {event.workers} {'worker' if event.workers == 1 else 'workers'}: {event.why}")


def endpoints_start(options: argparse.Namespace) -> None:
    """Start an endpoint and wait until it answers."""
    print(_endpoint(options).start())


def endpoints_stop(options: argparse.Namespace) -> None:
    """Stop an endpoint."""
    endpoint = _endpoint(options)
    endpoint.stop()
    print(endpoint.state.value)


def endpoints_sleep(options: argparse.Namespace) -> None:
    """Let an endpoint fall asleep."""
    endpoint = _endpoint(options)
    endpoint.sleep()
    print(endpoint.state.value)


def endpoints_remove(options: argparse.Namespace) -> None:
    """Stop an endpoint and forget it."""
    _endpoint(options).remove()


def endpoints_log(options: argparse.Namespace) -> None:
    """Print the end of an endpoint's log."""
    print(_endpoint(options).log(options.lines))


def endpoints_key(options: argparse.Namespace) -> None:
    """Print an endpoint's key."""
    endpoint = _endpoint(options)
    print(endpoint.rotate_key() if options.rotate else endpoint.key)


def endpoints_roll(options: argparse.Namespace) -> None:
    """Put another model behind an endpoint."""
    studio = studio_of(options)
    name = studio.endpoint(options.name).name  # it must exist
    print(studio.deploy(_model(options), name, **_how(options)))


def endpoints_split(options: argparse.Namespace) -> None:
    """Divide the requests among deployments."""
    weights = dict(_weight(text) for text in options.weights)
    _print_traffic(_endpoint(options).split(weights))


def endpoints_promote(options: argparse.Namespace) -> None:
    """Give a canary or a shadow the whole traffic."""
    _print_traffic(_endpoint(options).promote(options.number))


def endpoints_rollback(options: argparse.Namespace) -> None:
    """Let an earlier deployment answer again."""
    _print_traffic(_endpoint(options).rollback(options.number))


def endpoints_scale(options: argparse.Namespace) -> None:
    """Say how many workers shall answer."""
    scaling = _endpoint(options).scale(**_scaling(options)).now.scaling
    most = f"{scaling.min_workers} to {scaling.max_workers} workers"
    print(f"{most}, {scaling.target} near {scaling.value:g}, asleep after {scaling.idle_seconds:g} s")


def endpoints_call(options: argparse.Namespace) -> None:
    """Predict rows and print one answer a line."""
    rows: Any = dict(parameter_of(text) for text in options.value) if options.value else _rows(options.rows)
    for answer in _endpoint(options).predict(rows, options.method, model=options.served_as):
        print(json.dumps(answer) if not isinstance(answer, str) else answer)


def _endpoint(options: argparse.Namespace) -> "EndpointClient":
    return studio_of(options).endpoint(options.name)


def _model(options: argparse.Namespace) -> str:
    if options.model is not None:
        return f"models:/{options.model}"
    return str(options.run_id or options.path)


def _how(options: argparse.Namespace) -> dict[str, Any]:
    given = {"weight": options.weight, "served_as": options.served_as or None, "shadow": options.shadow or None}
    return {
        "trust": options.trust,
        "follow": options.follow,
        **{name: value for name, value in given.items() if value is not None},
    }


def _scaling(options: argparse.Namespace) -> dict[str, Any]:
    given = {name: getattr(options, name) for _, name, _, _ in SCALING}
    given = {name: value for name, value in given.items() if value is not None}
    if "min_workers" in given and "max_workers" not in given and options.run is endpoints_deploy:
        given["max_workers"] = max(1, given["min_workers"])
    return given


def _weight(text: str) -> tuple[int, float]:
    number, equals, weight = text.partition("=")
    try:
        if equals:
            return int(number), float(weight)
    except ValueError:
        pass
    raise InvalidError(f"split: {text!r} is no weight. Write the deployment's number and its weight, as in 3=90.")


def _rows(file: str) -> Any:
    if file == "-":
        return json.load(sys.stdin)
    if not Path(file).is_file():
        raise InvalidError(f"rows: there is no file {file!r}.")
    if file.endswith(".json"):
        return json.loads(Path(file).read_text(encoding="utf-8"))
    import polars as pl

    return pl.read_parquet(file) if file.endswith((".parquet", ".pq")) else pl.read_csv(file, try_parse_dates=False)


def _answers(endpoint: "Endpoint") -> str:
    labels = {each.number: each.label for each in endpoint.deployments}
    return ", ".join(f"{labels.get(each.number, each.number)}{_part(each, ' ')}" for each in endpoint.traffic)


def _part(share: "Share", before: str = "") -> str:
    name = f" as {share.model}" if share.model else ""
    if share.shadow:
        return f"{before}shadow{name}"
    whole = share.weight == 100  # noqa: PLR2004  # per cent
    return name if before and whole else f"{before}{share.weight:g}%{name}"


def _ms(value: float | None) -> str:
    return "" if value is None else f"{value:g} ms"


def _print_traffic(endpoint: "EndpointClient") -> None:
    print(_answers(endpoint.now))
