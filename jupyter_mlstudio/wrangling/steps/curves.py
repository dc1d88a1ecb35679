"""The step that bends a distribution: logarithm, root, and powers that are learned."""

from collections.abc import Callable, Mapping
from math import log
from typing import TYPE_CHECKING, ClassVar, Literal, cast

from pydantic import Field, JsonValue

from jupyter_mlstudio.core.errors import InvalidError
from jupyter_mlstudio.wrangling.expressions.nodes import Case, Expr, call
from jupyter_mlstudio.wrangling.step import Group, Incoming, Kind, Step
from jupyter_mlstudio.wrangling.steps.fields import NumberColumns, check, named
from jupyter_mlstudio.wrangling.steps.learning import decimal, finite
from jupyter_mlstudio.wrangling.verbs import Assign, Change

if TYPE_CHECKING:
    import numpy as np
    import polars as pl

    Numbers = np.ndarray[tuple[int], np.dtype[np.float64]]

_ROWS = 100_000
_GOLDEN = (5**0.5 - 1) / 2
_LOW, _HIGH = -5.0, 5.0
_NEAR = 1e-9


class BendNumbers(Step):
    """Bend the distribution of numbers: by a logarithm, a root, or a power that makes it as normal as it can be.

    Numbers that a curve is not made for, such as negative ones for a logarithm, become missing.
    Powers are learned from at most 100,000 rows, evenly taken.
    """

    title: ClassVar[str] = "Logarithm, root or power"
    group: ClassVar[Group] = "Numbers"
    kind: ClassVar[Kind] = "fit"

    op: Literal["bend"] = "bend"
    columns: NumberColumns
    how: Literal["log(1 + x)", "log(x)", "square root", "square", "1 / x", "Yeo-Johnson", "Box-Cox"] = Field(
        default="log(1 + x)",
        title="How",
        description="Yeo-Johnson learns a power for all numbers, Box-Cox one for numbers above 0.",
    )

    def sentence(self) -> str:
        """Say which curve."""
        return f"{self.how} of {named(self.columns)}"

    def change(self, table: Incoming) -> Change:
        """Assign the bent numbers."""
        check(self.columns, table.columns, ("number",))
        made = [(name, self._bent(name, decimal(name, table.columns))) for name in dict.fromkeys(self.columns)]
        return (Assign(tuple(made)),)

    def reads(self) -> set[str]:
        """Return the columns to bend."""
        return set(self.columns)

    def learns(self) -> bool:
        """Learn the powers."""
        return self.how in {"Yeo-Johnson", "Box-Cox"}

    def learn(self, table: "pl.LazyFrame", columns: "Mapping[str, pl.DataType]") -> dict[str, JsonValue]:
        """Learn the power of each column under which its numbers are most likely normally distributed."""
        check(self.columns, columns, ("number",))
        return {name: self._power(name, _evenly(table, name)) for name in self.columns}

    def _power(self, name: str, numbers: "Numbers") -> float:
        if self.how == "Box-Cox":
            numbers = numbers[numbers > 0]
        if not len(numbers):
            above = " above 0" if self.how == "Box-Cox" else ""
            raise InvalidError(f"“{name}” has no numbers{above} to learn from.", code="nothing_to_learn")
        likelihood = _box_cox if self.how == "Box-Cox" else _yeo_johnson
        return round(_best(lambda power: likelihood(numbers, power)), 6)

    def _bent(self, name: str, number: Expr) -> Expr:
        if self.learns():
            power = float(cast(float, self.learned()[name]))
            return _by_box_cox(number, power) if self.how == "Box-Cox" else _by_yeo_johnson(number, power)
        curves: dict[str, Callable[[], Expr]] = {
            "log(1 + x)": lambda: call("log1p", number),
            "log(x)": lambda: Case(((call("gt", number, 0.0), call("log", number)),)),
            "square root": lambda: call("sqrt", number),
            "square": lambda: number * number,
            "1 / x": lambda: Case(((call("ne", number, 0.0), call("divide", 1.0, number)),)),
        }
        return curves[self.how]()


def _raised(base: Expr, power: float) -> Expr:
    """Write `(base ** power - 1) / power`, which for 0 is the logarithm."""
    if abs(power) < _NEAR:
        return call("log", base)
    return (call("power", base, power) - 1.0) / power


def _by_box_cox(number: Expr, power: float) -> Expr:
    return Case(((call("gt", number, 0.0), _raised(number, power)),))


def _by_yeo_johnson(number: Expr, power: float) -> Expr:
    base = call("abs", number) + 1.0  # of the absolute value: both branches are computed for all rows
    return Case(((call("ge", number, 0.0), _raised(base, power)),), call("negative", _raised(base, 2 - power)))


def _evenly(table: "pl.LazyFrame", name: str) -> "Numbers":
    numbers = table.select(finite(name)).collect().to_series()
    every = -(-len(numbers) // _ROWS)
    return numbers.gather_every(every).to_numpy() if every > 1 else numbers.to_numpy()


def _box_cox(numbers: "Numbers", power: float) -> float:
    import numpy as np

    logs = np.log(numbers)
    bent = logs if abs(power) < _NEAR else np.expm1(power * logs) / power
    return _likelihood(bent, (power - 1) * float(logs.sum()))


def _yeo_johnson(numbers: "Numbers", power: float) -> float:
    import numpy as np

    logs = np.log1p(np.abs(numbers))
    signs = np.where(numbers >= 0, 1.0, -1.0)
    powers = np.where(numbers >= 0, power, 2 - power)
    flat = np.abs(powers) < _NEAR
    bent = np.where(flat, logs, np.expm1(powers * logs) / np.where(flat, 1.0, powers)) * signs
    return _likelihood(bent, (power - 1) * float((signs * logs).sum()))


def _likelihood(bent: "Numbers", slopes: float) -> float:
    variance = float(bent.var())
    return -len(bent) / 2 * log(variance) + slopes if 0 < variance < float("inf") else float("-inf")


def _best(likelihood: Callable[[float], float]) -> float:
    """Search by the golden section where a function with one top is highest; 1 changes nothing and wins if all tie."""
    import numpy as np

    with np.errstate(all="ignore"):
        if likelihood(1.0) == float("-inf"):
            return 1.0
        low, high = _LOW, _HIGH
        while high - low > 1e-7:  # noqa: PLR2004  # finer than what is kept
            left, right = high - _GOLDEN * (high - low), low + _GOLDEN * (high - low)
            if likelihood(left) >= likelihood(right):
                high = right
            else:
                low = left
    return (low + high) / 2
