"""What the statements of a cell read, bind and change, as far as it can be told without running them."""

from dataclasses import dataclass, field


@dataclass(slots=True)
class Function:
    """What is known of a function or a class of the notebook."""

    free: set[str] = field(default_factory=set)
    changes: set[str] = field(default_factory=set)
    positions: set[int] = field(default_factory=set)
    keywords: set[str] = field(default_factory=set)
    unseen: bool = False
    draws: bool = False
    holds: bool = False  # a class: what it holds, its objects hold too


@dataclass(slots=True)
class Effects:
    """What a cell does, in the order in which it does it."""

    steps: list[tuple[str, str, frozenset[str]]] = field(default_factory=list)
    functions: dict[str, Function] = field(default_factory=dict)
    modules: dict[str, str] = field(default_factory=dict)
    ambient: bool = False
    unseen: bool = False
    seeds: bool = False
    draws: bool = False
    written: set[str] = field(default_factory=set)
    read: set[str] = field(default_factory=set)

    def add(self, act: str, name: str, others: frozenset[str] = frozenset()) -> None:
        """Note an act: `use`, `bind`, `maybe` (in a branch), `join`, `change`, `drop`; others: what may be shared."""
        self.steps.append((act, name, others))
