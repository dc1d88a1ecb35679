"""Runs recipes on Spark: the same steps with what they learned, as one query in Spark's SQL."""

from typing import TYPE_CHECKING, Any
from uuid import uuid4

from jupyter_mlstudio.core.errors import InvalidError
from jupyter_mlstudio.wrangling.code import query
from jupyter_mlstudio.wrangling.execute import digest_of, stages
from jupyter_mlstudio.wrangling.recipe import Recipe
from jupyter_mlstudio.wrangling.sources import Files, Head, project_folder
from jupyter_mlstudio.wrangling.sources.types import FileSource
from jupyter_mlstudio.wrangling.verbs import Join, Union

if TYPE_CHECKING:
    import polars as pl


def run(recipe: Recipe, frame: Any) -> Any:
    """Apply a recipe to a Spark DataFrame; the result is one too, and nothing is computed before it is asked for.

    Files that steps join are read here and given to Spark as views with their names.

    Args:
        recipe: A fitted recipe, if one of its steps learns.
        frame: A Spark DataFrame with the columns that the recipe was made for.

    Raises:
        InvalidError: A step has not learned what it needs, does not fit the columns, or cannot be said in SQL.
    """
    files = Files(project_folder())
    view = f"mlstudio_{uuid4().hex}"
    head = Head((view,), _empty(frame), view, "polars", None)
    _require_fitted(recipe)
    made = stages(recipe, head, files.text)[1:]
    frame.createOrReplaceTempView(view)
    for verb in (each for stage in made for each in stage.change or () if isinstance(each, (Join, Union))):
        other = files.open(FileSource(path=verb.path))
        frame.sparkSession.createDataFrame(other.table.collect().to_arrow()).createOrReplaceTempView(other.name)
    return frame.sparkSession.sql(query(head, made, files, "spark", f'"{view}"'))


def _empty(frame: Any) -> "pl.LazyFrame":
    """Return a table without rows and with the columns of a Spark frame."""
    import polars as pl

    table = pl.from_arrow(frame.limit(0).toArrow())
    assert isinstance(table, pl.DataFrame)  # a table, not a column
    return table.lazy()


def _require_fitted(recipe: Recipe) -> None:
    digest = ""
    for step in recipe.active():
        digest = digest_of(digest, step)
        if step.learns() and (step.state is None or step.state.of != digest):
            raise InvalidError(
                f"“{step.title}” has not learned from data yet. Fit the recipe first, for example on a sample: "
                "recipe.fit(frame.limit(100_000).toPandas()).",
                code="not_fitted",
            )
