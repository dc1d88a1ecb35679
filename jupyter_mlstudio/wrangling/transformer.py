"""A recipe as a scikit-learn transformer, which learns from training rows only and travels in the model."""

from collections.abc import Callable, Mapping
from contextlib import suppress
from io import BytesIO
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any, Self

# A class can be derived only from what is there; nothing imports this module before it is asked for.
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.utils.validation import check_is_fitted

from jupyter_mlstudio.core.errors import InvalidError
from jupyter_mlstudio.wrangling.execute import Stage, advance, begin, compiled, evaluate, explained
from jupyter_mlstudio.wrangling.faces.rows import Tables
from jupyter_mlstudio.wrangling.few import FEW, FewRows, NotPlainError, few_rows
from jupyter_mlstudio.wrangling.recipe import Recipe
from jupyter_mlstudio.wrangling.sources import Files, Head, framed, project_folder
from jupyter_mlstudio.wrangling.step import Code, Step
from jupyter_mlstudio.wrangling.verbs import Change, Join
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
        head = framed("X", X)
        steps = self._travelling()
        made = self._learn(head, steps)
        self.n_features_in_ = len(made[0].columns)
        self.feature_names_in_ = _names(made[0].columns)
        self.recipe_ = _with_steps(
            self._given(), [stage.step or step for step, stage in zip(steps, made[1:], strict=True)]
        )
        self._codes = [stage.code for stage in made[1:]]
        self._changes = [stage.change for stage in made[1:]]
        self._tables = _embedded(self._codes)
        self._input = dict(made[0].columns)
        self._needed = _needed(made)
        self._made = dict(made[-1].columns)
        self._output = _names(self._made)
        self.__dict__.pop("_function", None)
        self.__dict__.pop("_few", None)
        return self

    def transform(self, X: "pd.DataFrame | pl.DataFrame") -> "pd.DataFrame":
        """Return as many rows, in the same order and with the index of a pandas frame.

        Raises:
            InvalidError: A column is missing that the recipe needs, or holds what it cannot.
        """
        check_is_fitted(self, "recipe_")
        few = self._few_rows(X)
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

    def _few_rows(self, X: "pd.DataFrame | pl.DataFrame") -> "pd.DataFrame | None":
        """Transform a few rows without an engine, where that gives the same."""
        if not hasattr(X, "shape") or not 0 < X.shape[0] <= FEW:
            return None
        few = self._as_function()
        if few is None:
            return None
        rows = X.astype(object).to_numpy().tolist() if hasattr(X, "iloc") else X.rows()
        try:
            made = few.frame(list(X.columns), rows)
        except (NotPlainError, TypeError, ValueError, OverflowError):  # the engine says what is wrong
            return None
        if hasattr(X, "index"):
            made.index = X.index
        return made

    def _as_function(self) -> FewRows | None:
        if "_few" not in self.__dict__:
            if not all(change is not None for change in self._changes):
                self._few = None
                return None
            tables = keyed(self._changes, self._codes, _opened(self._tables), self._input)
            self._few = few_rows(self._changes, self._input, self._made, self._needed, tables)
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

    def _learn(self, head: Head, steps: list[Step]) -> list[Stage]:
        files = Files(project_folder()).text
        made = [begin(head._replace(table=head.table.collect().lazy()))]
        for step in steps:
            stage = advance(made[-1], step, files, relearn=True)
            with explained(step):
                made.append(stage._replace(table=stage.table.collect().lazy()))
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
        tables = _opened(self._tables)
        for step, code in zip(self.recipe_.steps, self._codes, strict=True):
            with explained(step):
                table = evaluate(table, code, tables)
        return table

    def _ready(self) -> "Callable[[pl.DataFrame], pl.DataFrame]":
        """Return all steps as one function, compiled at first use."""
        function: Callable[[pl.DataFrame], pl.DataFrame] | None = getattr(self, "_function", None)
        if function is None:
            function = self._function = compiled(self._codes, _opened(self._tables))
        return function

    def __getstate__(self) -> dict[str, Any]:
        """Leave out what can be read again."""
        state: dict[str, Any] = super().__getstate__()
        return {name: value for name, value in state.items() if name not in {"_function", "_few"}}


def _names(columns: Mapping[str, object]) -> "np.ndarray[Any, Any]":
    import numpy as np

    return np.asarray(list(columns), dtype=object)


def _with_steps(recipe: Recipe, steps: list[Step]) -> Recipe:
    return recipe.model_copy(update={"steps": tuple(steps)})


def _embedded(codes: list[Code]) -> dict[str, bytes]:
    """Read the other files once; their rows travel in the transformer, compressed."""
    import polars as pl

    tables: dict[str, bytes] = {}
    for code in codes:
        for name, text in code.tables.items():
            buffer = BytesIO()
            eval(text, {"pl": pl}).collect().write_ipc(buffer, compression="zstd")  # text of a step that just ran
            tables[name] = buffer.getvalue()
    return tables


def _opened(tables: dict[str, bytes]) -> "dict[str, pl.DataFrame]":
    import polars as pl

    return {name: pl.read_ipc(BytesIO(raw)) for name, raw in tables.items()}


def keyed(
    changes: list[Change], codes: list[Code], tables: "dict[str, pl.DataFrame]", columns: "Mapping[str, pl.DataType]"
) -> Tables:
    """Arrange the rows of other files by their keys, under the names that their columns get."""
    found: dict[str, dict[tuple[Any, ...], dict[str, Any]]] = {}
    taken = set(columns)
    for change, code in zip(changes, codes, strict=True):
        for verb, variable in zip((each for each in change if isinstance(each, Join)), code.tables, strict=False):
            there = tables[variable]
            values = [name for name in there.columns if name not in verb.keys_there]
            ending = f"_{PurePosixPath(verb.path).stem}"
            names = [f"{name}{ending}" if name in taken else name for name in values]
            keys = there.select(verb.keys_there).rows()
            rows = (dict(zip(names, row, strict=True)) for row in there.select(values).rows())
            found[verb.path] = dict(zip(keys, rows, strict=True))
            taken |= set(names)
    return found


def _to_pandas(table: "pl.DataFrame") -> "pd.DataFrame":
    """Turn truth values with gaps into numbers: pandas would make objects of them, which no model takes."""
    import polars as pl

    gaps = [column.name for column in table if isinstance(column.dtype, pl.Boolean) and column.null_count()]
    return table.with_columns(pl.col(gaps).cast(pl.Float64)).to_pandas() if gaps else table.to_pandas()


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
