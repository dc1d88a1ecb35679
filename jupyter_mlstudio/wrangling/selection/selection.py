"""A selection as people hold it in a notebook."""

from typing import TYPE_CHECKING

from jupyter_mlstudio.wrangling.selection.types import FeatureSelection, SelectionSpec

if TYPE_CHECKING:
    from jupyter_mlstudio.wrangling.sources.head import Table
    from jupyter_mlstudio.wrangling.step import Step


class Selection:
    """Which columns are worth keeping, and why. In a notebook it shows its picture."""

    def __init__(self, result: FeatureSelection) -> None:
        self.result = result

    @property
    def kept(self) -> tuple[str, ...]:
        """The columns to keep, the best first."""
        return self.result.kept

    @property
    def step(self) -> "Step":
        """The step to put into a recipe; it chooses anew from the rows that the recipe is fitted on."""
        from jupyter_mlstudio.wrangling.step import step_kinds

        return step_kinds()["select_features"].model_validate(self.result.step)

    @property
    def figure(self) -> str:
        """The picture, as SVG text."""
        from jupyter_mlstudio.wrangling.selection.picture import picture

        return picture(self.result)

    def __repr__(self) -> str:
        """List what was decided."""
        return "\n".join(f"{each.decision:<14} {each.column}: {each.reason}" for each in self.result.items)

    def _repr_html_(self) -> str:
        from jupyter_mlstudio.wrangling.selection.picture import html

        return html(self.result)


def select(table: "Table", spec: SelectionSpec) -> Selection:
    """Choose among the columns of a frame or a file."""
    from jupyter_mlstudio.wrangling.execute import head_of
    from jupyter_mlstudio.wrangling.recipe import Recipe
    from jupyter_mlstudio.wrangling.selection.choosing import choose

    return Selection(choose(head_of(Recipe(), table).table, spec))
