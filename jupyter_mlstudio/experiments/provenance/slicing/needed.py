"""Follows names through executed cells, back from a result: in doubt a cell is kept."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from jupyter_mlstudio.experiments.provenance.slicing.calls import ANY
from jupyter_mlstudio.experiments.provenance.slicing.effects import Effects, Function
from jupyter_mlstudio.experiments.provenance.slicing.magics import Readable, readable
from jupyter_mlstudio.experiments.provenance.slicing.reader import Reader


class Executed(NamedTuple):
    """One execution of a cell."""

    source: str
    failed: bool = False


@dataclass(slots=True)
class Names:
    """What the names of the notebook stand for, at one moment of its execution."""

    cells: dict[str, set[int]] = field(default_factory=dict)
    shares: dict[str, set[str]] = field(default_factory=dict)
    carries: dict[str, set[str]] = field(default_factory=dict)
    modules: dict[str, str] = field(default_factory=dict)
    functions: dict[str, Function] = field(default_factory=dict)
    bound: set[int] = field(default_factory=set)

    def bind(self, name: str, cell: int, others: Collection[str]) -> None:
        """Give a name a new value, which may hold the objects of others."""
        if name not in others:  # else it may go on holding what it was
            self.drop(name)
        self.cells[name] = {cell}
        self.join(name, others)

    def drop(self, name: str) -> None:
        """Forget a name; what it held together goes on being held together."""
        neighbours = self.shares.pop(name, set())
        for each in neighbours:
            self.shares[each].discard(name)
            self.shares[each] |= neighbours - {each}
        self.cells.pop(name, None)
        self.carries.pop(name, None)

    def join(self, name: str, others: Collection[str]) -> None:
        """Note that objects may hold one another."""
        for other in others:
            if other in self.functions or other in self.carries:
                self.carries.setdefault(name, set()).update({other, *self.carries.get(other, ())})
            plain = other in self.functions and not self.functions[other].holds
            if other in self.cells and other != name and other not in self.modules and not plain:
                self.shares.setdefault(name, set()).add(other)
                self.shares.setdefault(other, set()).add(name)

    def change(self, name: str, cell: int) -> None:
        """Note that a cell changes an object, and thereby all that may hold it."""
        seen, waiting = {name}, [name]
        while waiting:
            for other in self.shares.get(waiting.pop(), ()):
                if other not in seen:
                    seen.add(other)
                    waiting.append(other)
        for each in seen:
            self.cells.setdefault(each, set()).add(cell)

    def behind(self, name: str) -> set[str]:
        """Return a name and all that functions behind it read when they are called."""
        seen: set[str] = set()
        waiting = [name]
        while waiting:
            each = waiting.pop()
            if each not in seen:
                seen.add(each)
                waiting.extend(self.carries.get(each, ()))
                if each in self.functions:
                    waiting.extend(self.functions[each].free)
        return seen


def needed(executed: Sequence[Executed], targets: Collection[int]) -> list[int]:
    """Return the places of the executions that the targets depend on, the targets among them, in their order."""
    depends = _dependencies(executed)
    found: set[int] = set()
    waiting = [place for place in targets if 0 <= place < len(executed)]
    while waiting:
        place = waiting.pop()
        if place not in found:
            found.add(place)
            waiting.extend(depends[place])
    return sorted(found)


def _dependencies(executed: Sequence[Executed]) -> list[set[int]]:
    """Return for each execution on which earlier ones it depends."""
    names = Names()
    depends: list[set[int]] = []
    always: set[int] = set()
    writers: list[tuple[int, set[str]]] = []
    draws: set[int] = set()
    seeded = False
    for place, cell in enumerate(executed):
        read = readable(cell.source)
        if read.tree is None and cell.failed:  # a syntax error: nothing has happened
            depends.append(set())
            continue
        effects = Reader(names.modules, names.functions).read(read.tree.body if read.tree is not None else [])
        own = _follow(names, effects, place, doubtful=cell.failed or read.doubtful)
        own |= always | {at for at, files in writers if _reads(effects.read, files)}
        if effects.unseen or read.tree is None:
            own |= names.bound
        if effects.draws and seeded:
            own |= draws
            draws.add(place)
        if effects.seeds:
            seeded, draws = True, set()
        if effects.written:
            writers.append((place, effects.written))
        if _always(effects, read):
            always.add(place)
        names.bound.add(place)
        depends.append(own - {place})
    return depends


def _reads(read: set[str], written: set[str]) -> bool:
    """Tell whether files that are read may be among those that were written."""
    return bool(read) and (ANY in read or ANY in written or bool(read & written))


def _always(effects: Effects, read: Readable) -> bool:
    """Tell whether later cells may depend on a cell without naming anything of it."""
    return effects.ambient or effects.unseen or read.opaque or read.tree is None


def _follow(names: Names, effects: Effects, place: int, *, doubtful: bool) -> set[int]:
    """Carry out what a cell does, and return the cells that what it reads comes from."""
    own: set[int] = set()
    for act, name, others in effects.steps:
        if act in ("use", "change"):
            for each in names.behind(name):
                own |= names.cells.get(each, set())
        if act == "change":
            names.change(name, place)
        elif act == "join":
            names.join(name, others)
        elif act == "drop":
            own |= names.cells.get(name, set())
            names.change(name, place)
        elif act == "maybe" or (act == "bind" and doubtful):
            names.cells.setdefault(name, set()).add(place)
            names.join(name, others)
        elif act == "bind":
            names.bind(name, place, others)
        if act in ("bind", "maybe"):
            _define(names, effects, name)
        own.discard(place)
    return own


def _define(names: Names, effects: Effects, name: str) -> None:
    names.modules.pop(name, None)
    names.functions.pop(name, None)
    if name in effects.modules:
        names.modules[name] = effects.modules[name]
    if name in effects.functions:
        names.functions[name] = effects.functions[name]
