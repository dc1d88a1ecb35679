"""A recipe as a scikit-learn transformer, which learns from training rows only and travels in the model."""

from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

# A class can be derived only from what is there; nothing imports this module before it is asked for.
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.utils.validation import check_is_fitted

from jupyter_mlstudio.core.errors import InvalidError
from jupyter_mlstudio.wrangling.crossfit import learn
from jupyter_mlstudio.wrangling.embedded import embedded, keyed, opened
from jupyter_mlstudio.wrangling.execute import Stage, advance, begin, compiled, evaluate, explained
from jupyter_mlstudio.wrangling.few import FewRows, NotPlainError, few_frame, few_rows
from jupyter_mlstudio.wrangling.recipe import Recipe
from jupyter_mlstudio.wrangling.sources import Files, Head, framed, project_folder
from jupyter_mlstudio.wrangling.step import Step
from jupyter_mlstudio.wrangling.steps.columns import DropColumns
from jupyter_mlstudio.wrangling.writing import meant

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    import polars as pl

_ROW = "__row__"


class RecipeTransformer(TransformerMixin, BaseEstimator):  # type: ignore[misc]  # scikit-learn has no types
    """A recipe as a scikit-learn transformer for pandas and Polars frames; the result is a pandas frame.

    `fit` learns anew from the rows it is given. `transform` never drops, adds or orders rows: steps that do so
    prepare training rows (`training_rows`) and are left out here; steps that make another table are refused.
    Columns that a recipe does not use may be missing when it transforms; unseen categories: as each step says.

    Args:
        recipe: The recipe, or the path of its file.
    """

    def __init__(self, recipe: Recipe | str | Path) -> None:
        self.recipe = recipe

    def fit(self, X: "pd.DataFrame | pl.DataFrame", y: object = None) -> Self:
        """Learn from training rows.

        Raises:
            InvalidError: A step makes another table, or does not fit the columns.
        """
        self._fit(X, y)
        return self

    def fit_transform(self, X: "pd.DataFrame | pl.DataFrame", y: object = None, **_: object) -> "pd.DataFrame":
        """Learn from training rows, and return them as a model may see them: no row knows its own target.

        Raises:
            InvalidError: As `fit`.
        """
        made = self._fit(X, y)
        if not any(step.targets() for step in self.recipe_.steps):
            return self.transform(X)
        result = _to_pandas(made[-1].table.collect())
        if hasattr(X, "index"):
            result.index = X.index
        return result

    def _fit(self, X: "pd.DataFrame | pl.DataFrame", y: object) -> list[Stage]:
        head = framed("X", X)
        steps = self._travelling()
        made = self._learn(head, steps, y)
        self.n_features_in_ = len(made[0].columns)
        self.feature_names_in_ = _names(made[0].columns)
        self.recipe_ = _with_steps(self._given(), [stage.step for stage in made[1:] if stage.step is not None])
        self._codes = [stage.code for stage in made[1:]]
        self._changes = [stage.change for stage in made[1:]]
        self._tables = embedded(self._codes)
        self._input = dict(made[0].columns)
        self._needed = _needed(made)
        self._made = dict(made[-1].columns)
        self._output = _names(self._made)
        self.__dict__.pop("_function", None)
        self.__dict__.pop("_few", None)
        return made

    def transform(self, X: "pd.DataFrame | pl.DataFrame") -> "pd.DataFrame":
        """Return as many rows, in the same order and with the index of a pandas frame.

        Raises:
            InvalidError: A column is missing that the recipe needs, or holds what it cannot.
        """
        check_is_fitted(self, "recipe_")
        few = few_frame(self._as_function, X)
        if few is not None:
            return few
        table = self._fitting(framed("X", X).table.collect())
        try:
            result = _to_pandas(self._ready()(table))
        except Exception:  # whatever it was: the steps one by one say which of them it was
            result = _to_pandas(self._one_by_one(table))
        if hasattr(X, "index"):
            result.index = X.index
        return result

    def transform_row(self, row: dict[str, Any]) -> dict[str, Any]:
        """Transform one row of plain values by column name, in microseconds; None and NaN are missing.

        Raises:
            InvalidError: A column is missing that the recipe needs, or holds what it cannot.
        """
        import polars as pl

        check_is_fitted(self, "recipe_")
        few = self._as_function()
        if few is not None:
            with suppress(NotPlainError, TypeError, ValueError, OverflowError):
                return few.row(row)
        try:
            table = self._fitting(pl.DataFrame({name: [value] for name, value in row.items()}))
        except (pl.exceptions.PolarsError, TypeError) as error:
            raise InvalidError(f"A row holds one plain value a column: {error}") from error
        return self._one_by_one(table).row(0, named=True)

    def row_function(self) -> FewRows | None:
        """Return the steps as a function of a row, for few rows at a time; None if a step needs more than a row."""
        check_is_fitted(self, "recipe_")
        return self._as_function()

    def _as_function(self) -> FewRows | None:
        if "_few" not in self.__dict__:
            changes = [change for change in getattr(self, "_changes", []) if change is not None]
            whole = len(changes) == len(self._codes)
            tables = keyed(changes, self._codes, opened(self._tables), self._input) if whole else {}
            self._few = few_rows(changes, self._input, self._made, self._needed, tables) if whole else None
        return self._few

    def training_rows(self, X: "pd.DataFrame | pl.DataFrame") -> "pd.DataFrame | pl.DataFrame":
        """Return the raw rows that the recipe keeps, in its order: what to train on.

        All columns stay as they were; filters, duplicates, samples and sorting are applied as in the whole recipe.

        Raises:
            InvalidError: A step makes another table, or does not fit the columns.
        """
        import polars as pl

        head = framed("X", X)
        kept = self._rows_kept(begin(head), head.table.collect())
        if hasattr(X, "iloc"):
            return X.iloc[kept.to_numpy()]
        frame = X.collect() if isinstance(X, pl.LazyFrame) else X
        return frame[kept]

    def get_feature_names_out(self, input_features: object = None) -> "np.ndarray[Any, Any]":  # fixed by fit
        """Return the names of the columns that `transform` makes."""
        check_is_fitted(self, "recipe_")
        return self._output

    def _given(self) -> Recipe:
        return self.recipe if isinstance(self.recipe, Recipe) else Recipe.read(self.recipe)

    def _travelling(self) -> list[Step]:
        steps = self._given().active()
        for step in steps:
            if step.kind == "shape":
                raise InvalidError(
                    f"“{step.title}” makes another table, so it cannot be part of a model. "
                    "Apply it before, save the result as a file, and use the other steps here.",
                    code="not_deployable",
                )
        return [step for step in steps if step.kind != "rows"]

    def _learn(self, head: Head, steps: list[Step], y: object) -> list[Stage]:
        files = Files(project_folder()).text
        made = [begin(head._replace(table=head.table.collect().lazy()))]
        left_out = len(steps) < len(self._given().active())
        for given in steps:
            step = _dropping(given, made[-1].columns) if left_out else given
            if step is not None:
                made.append(learn(made[-1], step, y, files))
        return made

    def _rows_kept(self, stage: Stage, raw: "pl.DataFrame") -> "pl.Series":
        """Carry row numbers through the recipe; steps do not see them."""
        import polars as pl

        files = Files(project_folder()).text
        self._travelling()
        numbers = pl.int_range(raw.height, eager=True, dtype=pl.UInt32).alias(_ROW)
        stage = stage._replace(table=raw.lazy())
        for step in self._given().active():
            after = advance(stage, step.explicit(tuple(stage.columns)), files, relearn=True)
            with explained(step):
                if step.kind == "rows":
                    beside = stage.table.collect().with_columns(numbers)
                    both = evaluate(beside, after.code)
                    numbers, table = both[_ROW], both.drop(_ROW)
                else:
                    table = after.table.collect()
            stage = after._replace(table=table.lazy())
        return numbers

    def _fitting(self, table: "pl.DataFrame") -> "pl.DataFrame":
        """Give a table exactly the columns and types that were there in `fit`."""
        import polars as pl

        missing = [name for name in self._input if name not in table.columns]
        for name in missing:
            if name in self._needed:
                raise InvalidError(
                    f"The column “{name}” is missing.{meant(name, table.columns)} "
                    "Give the same columns that the recipe was fitted on.",
                    code="no_column",
                )
        columns = []
        for name, dtype in self._input.items():
            if name in missing:
                columns.append(pl.Series(name, [None], dtype=dtype).new_from_index(0, table.height))
            else:
                columns.append(_as(table[name], dtype))
        return pl.DataFrame(columns)

    def _one_by_one(self, table: "pl.DataFrame") -> "pl.DataFrame":
        tables = opened(self._tables)
        for step, code in zip(self.recipe_.steps, self._codes, strict=True):
            with explained(step):
                table = evaluate(table, code, tables)
        return table

    def _ready(self) -> "Callable[[pl.DataFrame], pl.DataFrame]":
        """Return all steps as one function, compiled at first use."""
        function: Callable[[pl.DataFrame], pl.DataFrame] | None = getattr(self, "_function", None)
        if function is None:
            function = self._function = compiled(self._codes, opened(self._tables))
        return function

    def __getstate__(self) -> dict[str, Any]:
        """Leave out what can be made again; recipes travel as text, which later versions read."""
        state: dict[str, Any] = super().__getstate__()
        kept = {name: value for name, value in state.items() if name not in {"_function", "_few"}}
        texts = {name: value.text() for name, value in kept.items() if isinstance(value, Recipe)}
        return {**kept, **texts, "_texts": sorted(texts)}

    def __setstate__(self, state: dict[str, Any]) -> None:
        """Read the recipes from their text."""
        texts = state.pop("_texts", [])
        super().__setstate__({**state, **{name: Recipe.model_validate_json(state[name]) for name in texts}})


def _names(columns: Mapping[str, object]) -> "np.ndarray[Any, Any]":
    import numpy as np

    return np.asarray(list(columns), dtype=object)


def _with_steps(recipe: Recipe, steps: list[Step]) -> Recipe:
    return recipe.model_copy(update={"steps": tuple(steps)})


def _to_pandas(table: "pl.DataFrame") -> "pd.DataFrame":
    """Turn truth values with gaps into numbers: pandas would make objects of them, which no model takes."""
    import polars as pl

    gaps = [column.name for column in table if isinstance(column.dtype, pl.Boolean) and column.null_count()]
    return table.with_columns(pl.col(gaps).cast(pl.Float64)).to_pandas() if gaps else table.to_pandas()


def _dropping(step: Step, columns: Mapping[str, object]) -> Step | None:
    """Let a step drop only what is there: a step that was left out may have made the other columns."""
    if not isinstance(step, DropColumns):
        return step
    there = tuple(name for name in step.columns if name in columns)
    return step.model_copy(update={"columns": there}) if there else None


def _needed(made: list[Stage]) -> set[str]:
    """Find the columns without which the result could not be made: those that steps read, and those that are left."""
    given = set(made[0].columns)
    read: set[str] = set()
    for stage in made[1:]:
        if stage.step is not None:
            read |= stage.step.reads()
    return given & (read | set(made[-1].columns))


def _as(column: "pl.Series", dtype: "pl.DataType") -> "pl.Series":
    import polars as pl

    if column.dtype == dtype:
        return column
    try:
        if isinstance(column.dtype, pl.String) and dtype.is_temporal():
            return column.str.strptime(dtype)  # type: ignore[arg-type]  # it is temporal
        return column.cast(dtype)
    except pl.exceptions.PolarsError:
        raise InvalidError(
            f"The column “{column.name}” holds {column.dtype}, but was {dtype} when the recipe was fitted.",
            code="wrong_type",
        ) from None
