"""Runs recipes: each step's text is evaluated, so what runs is what is shown."""

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from jupyter_mlstudio.core.errors import InvalidError, StudioError
from jupyter_mlstudio.wrangling.faces.polars import write
from jupyter_mlstudio.wrangling.recipe import Recipe
from jupyter_mlstudio.wrangling.sources import Files, Head, framed, identifier, opened, project_folder
from jupyter_mlstudio.wrangling.sources.databases import open_database
from jupyter_mlstudio.wrangling.sources.types import DatabaseSource, FileSource, FrameSource
from jupyter_mlstudio.wrangling.step import Code, Incoming, State, Step
from jupyter_mlstudio.wrangling.verbs import Change

if TYPE_CHECKING:
    import polars as pl

    from jupyter_mlstudio.wrangling.rules.types import RuleReport
    from jupyter_mlstudio.wrangling.sources.head import Table


class Stage(NamedTuple):
    """A table after a step, with all that is needed to go on from it.

    `digest` names the steps so far by their options, `key` also by what they learned: equal keys, equal tables.
    """

    table: "pl.LazyFrame"
    columns: "Mapping[str, pl.DataType]"
    names: frozenset[str]
    digest: str
    key: str
    rows_of: str
    """Key of the stage that has as many rows: this one, or the last before it that dropped, added or ordered rows."""
    code: Code = Code(())
    step: Step | None = None
    change: Change | None = None
    """What the step does, in the verbs from which every face is written."""
    split: str = ""
    """The column that says which rows are for training, once a step has split them: only from those is learned."""


def begin(head: Head) -> Stage:
    """Make the stage before the first step."""
    taken = frozenset({"pl", head.name, head.result})
    return Stage(head.table, dict(head.table.collect_schema()), taken, "", "", "")


def advance(stage: Stage, step: Step, files: Callable[[str], str], *, relearn: bool = False) -> Stage:
    """Apply one step, learning first what it has not learned for these options and these steps before it.

    Raises:
        InvalidError: The step does not fit the table; the message names the step.
    """
    import polars as pl

    digest = digest_of(stage.digest, step)
    with explained(step):
        if step.learns() and (relearn or step.state is None or step.state.of != digest):
            step = learned(step, stage, digest)
        names = set(stage.names)
        incoming = Incoming(stage.columns, _namer(names), files)
        change = step.change(incoming) if type(step).polars is Step.polars else None
        code = write(change, incoming) if change is not None else step.polars(incoming)
        if not code.tables:
            evaluate(pl.LazyFrame(schema=dict(stage.columns)), code).collect()  # some types fail only when computed
        table = evaluate(stage.table, code)
        if step.may_fail():
            _try(table, stage.columns)
        key = _short(stage.key, step, {"on", "label", "note"})
        rows_of = stage.rows_of if step.kind in {"row", "fit"} else key
        columns, split = dict(table.collect_schema()), step.splits() or stage.split
        return Stage(table, columns, frozenset(names), digest, key, rows_of, code, step, change, split)


def _try(table: "pl.LazyFrame", before: "Mapping[str, pl.DataType]") -> None:
    """Compute what a step has added, to hear of values that it fails on."""
    schema = table.collect_schema()
    touched = [name for name, dtype in schema.items() if before.get(name) != dtype]
    table.select(touched or list(schema)).collect()


def learned(step: Step, stage: Stage, digest: str) -> Step:
    """Return the step with what it learns from the table that it is applied to, or from its training rows."""
    import polars as pl

    table, columns = stage.table, dict(stage.columns)
    if stage.split in columns:
        table = table.filter(pl.col(stage.split) == "train")
        if stage.split not in step.reads():  # in the training rows it is the same everywhere
            table, columns = table.drop(stage.split), {name: columns[name] for name in columns if name != stage.split}
    values = step.learn(table, columns)
    rows = int(table.select(pl.len()).collect().item())
    return step.model_copy(update={"state": State(of=digest, rows=rows, values=values)})


def evaluate(table: Any, code: Code, tables: Mapping[str, object] | None = None) -> Any:
    """Run the text of a step on a lazy or eager frame; `tables` stand for files that were read before."""
    return compiled([code], tables)(table)


def compiled(codes: Sequence[Code], tables: Mapping[str, object] | None = None) -> Callable[[Any], Any]:
    """Make one function of the text of several steps, for lazy and eager frames."""
    import polars as pl

    given: dict[str, object] = {"pl": pl}
    for code in codes:
        for text in code.functions.values():
            exec(text, given)  # allowed before it was written
        for name, text in code.variables.items():
            given[name] = eval(text, given)
        for name, text in code.tables.items():
            given[name] = eval(text, given) if tables is None else tables[name]
    calls = "\n".join(call for code in codes for call in code.calls)
    chain = compile(f"(_table\n{calls}\n)", "<recipe>", "eval")
    return lambda table: eval(chain, {**given, "_table": table})


def digest_of(before: str, step: Step) -> str:
    """Return a short name for a step with these options after these steps, whatever it has learned."""
    return _short(before, step, {"state", "on", "label", "note"})


def _short(before: str, step: Step, without: set[str]) -> str:
    """Name a step by the options that are given: those that later versions add do not change it."""
    options = step.model_dump(mode="json", exclude=without, exclude_defaults=True) | {"op": step.op}
    return hashlib.sha256(f"{before}{json.dumps(options, sort_keys=True)}".encode()).hexdigest()[:16]


def stages(recipe: Recipe, head: Head, files: Callable[[str], str], *, relearn: bool = False) -> list[Stage]:
    """Apply all active steps, and return the table before the first and after each."""
    made = [begin(head)]
    for step in recipe.active():
        made.append(advance(made[-1], step, files, relearn=relearn))
    return made


def fitted(recipe: Recipe, table: "Table | None") -> Recipe:
    """Return the recipe with all values learned anew from a table."""
    made = stages(recipe, head_of(recipe, table), Files(project_folder()).text, relearn=True)
    return with_states(recipe, made)


def with_states(recipe: Recipe, made: list[Stage]) -> Recipe:
    """Put what was learned into the steps of a recipe; steps that are off or were not reached stay as they are."""
    reached = iter(made[1:])
    steps = [(stage.step or step) if step.on and (stage := next(reached, None)) else step for step in recipe.steps]
    return recipe.model_copy(update={"steps": tuple(steps)})


def run(recipe: Recipe, table: "Table | None") -> "pl.DataFrame":
    """Apply a recipe and return the result."""
    head = head_of(recipe, table)  # it keeps what was unpacked for it
    made = stages(recipe, head, Files(project_folder()).text)
    with blamed(made):
        return made[-1].table.collect()


def checked(recipe: Recipe, table: "Table | None") -> "RuleReport":
    """Check a table, or the recipe's own result, against the recipe's rules."""
    from jupyter_mlstudio.wrangling.rules.check import check

    if table is not None:
        head = head_of(recipe, table)
        return check(head.table, recipe.rules)
    head = head_of(recipe, None)  # it keeps what was unpacked for it
    made = stages(recipe, head, Files(project_folder()).text)
    with blamed(made):
        return check(made[-1].table, recipe.rules)


def head_of(recipe: Recipe, table: "Table | None", name: str = "table") -> Head:
    """Take a frame, a file or a folder, a source, or the recipe's own source."""
    wanted = recipe.source if table is None else table
    if isinstance(wanted, FileSource):
        return Files(project_folder()).open(wanted).settled()
    if isinstance(wanted, DatabaseSource):
        return open_database(wanted)
    if wanted is None or isinstance(wanted, FrameSource):
        raise InvalidError("The recipe names no file and no database. Give a frame or the path of a file.")
    if isinstance(wanted, (str, Path)):
        path = Path(wanted)
        if not path.exists():
            raise InvalidError(f"There is no file “{wanted}”.", code="no_file")
        return opened(path).settled()
    return framed(name, wanted)


class explained:  # noqa: N801  # reads as a word after `with`
    """Turns what an engine says about a step into a sentence with the step's name."""

    def __init__(self, step: Step | None) -> None:
        self._title = f"“{step.title}”: " if step is not None else ""
        self._foreign = step is not None and step.foreign

    def __enter__(self) -> None:
        """Begin."""

    def __exit__(self, _: object, error: BaseException | None, __: object) -> None:
        """Raise an InvalidError in place of Polars' own."""
        import polars as pl

        if isinstance(error, StudioError) and not str(error).startswith("“") and self._title:
            raise type(error)(f"{self._title}{error}", code=error.code) from None
        if isinstance(error, (pl.exceptions.PolarsError, TypeError, OverflowError, pl.exceptions.PanicException)):
            raise InvalidError(f"{self._title}{_sentence(str(error))}", code="step_failed") from error
        if self._foreign and isinstance(error, Exception) and not isinstance(error, StudioError):
            text = _sentence(f"{type(error).__name__}: {error}")
            raise InvalidError(f"{self._title}{text}", code="step_failed") from error


@contextmanager
def blamed(made: Sequence[Stage]) -> Iterator[None]:
    """Turn what an engine says about values into a sentence with the name of the step that they fail in."""
    import polars as pl

    try:
        yield
    except pl.exceptions.PolarsError as error:
        from jupyter_mlstudio.wrangling.failure import failing, place

        stage = failing(made)
        title = f"“{stage.step.title}”: " if stage is not None and stage.step is not None else ""
        before = next((early for early, late in pairwise(made) if late is stage), None)
        in_place = stage is not None and stage.step is not None and stage.step.kind in {"row", "fit"}
        where = place(before, stage.code) if before is not None and stage is not None and in_place else ""
        raise InvalidError(f"{title}{_sentence(str(error))}{where}", code="step_failed") from error


def _sentence(text: str) -> str:
    if "m:1 validation" in text:
        return "a key stands more than once in the other file. Use “Join another file”, or drop its duplicates before."
    first = text.split("\n", 1)[0].strip().removesuffix(".")
    return f"{first[:300]}."


def _namer(names: set[str]) -> Callable[[str], str]:
    def variable(wish: str) -> str:
        name = identifier(wish, names)
        names.add(name)
        return name

    return variable
