"""What a panel asks to look around in the table of a session."""

from typing import TYPE_CHECKING

from jupyter_mlstudio.core.errors import InvalidError
from jupyter_mlstudio.wrangling.conditions import Condition, SortKey
from jupyter_mlstudio.wrangling.execute import Stage, blamed
from jupyter_mlstudio.wrangling.looking.difference import Pair, changes, difference
from jupyter_mlstudio.wrangling.looking.search import Search, Wanted
from jupyter_mlstudio.wrangling.looking.types import CellValue, Difference, Found, ValueCounts
from jupyter_mlstudio.wrangling.looking.values import cell, values
from jupyter_mlstudio.wrangling.messages import Window
from jupyter_mlstudio.wrangling.orders import Order
from jupyter_mlstudio.wrangling.recipe import AnyStep
from jupyter_mlstudio.wrangling.windows import arrow
from jupyter_mlstudio.wrangling.writing import require

if TYPE_CHECKING:
    from jupyter_mlstudio.wrangling.session import Session


class LookingVerbs:
    """Finds texts, values and changes."""

    def __init__(self, session: "Session") -> None:
        self._session = session
        self._search = Search(session.windows)

    def find(  # noqa: PLR0913, PLR0917  # a verb of the panel, which names its arguments
        self,
        text: str,
        upto: int | None = None,
        sort: tuple[SortKey, ...] = (),
        filter: tuple[Condition, ...] = (),
        search: str = "",
        columns: tuple[str, ...] = (),
        case: bool = False,
        row: int = 0,
        column: str | None = None,
        backwards: bool = False,
    ) -> Found:
        """Find the next cell that holds a text, after a cell or from the beginning of a row on; it goes round."""
        stage = self._session.stage(upto)
        require(columns, stage.columns)
        if not text:
            return Found(row=None, column=None, index=0, total=0)
        wanted = Wanted(text, columns or tuple(stage.columns), case)
        with blamed(self._session.trail.until(stage)):
            order = Order(sort, filter, search.strip())
            return self._search.find(stage, order, wanted, row, column, backwards=backwards)

    def cell(
        self,
        row: int,
        column: str,
        upto: int | None = None,
        sort: tuple[SortKey, ...] = (),
        filter: tuple[Condition, ...] = (),
        search: str = "",
    ) -> CellValue:
        """Return one value in full, by its row in the order that is shown."""
        stage = self._session.stage(upto)
        require([column], stage.columns)
        with blamed(self._session.trail.until(stage)):
            return cell(self._session.windows, stage, Order(sort, filter, search.strip()), row, column)

    def values(
        self,
        column: str,
        upto: int | None = None,
        search: str = "",
        limit: int = 200,
        filter: tuple[Condition, ...] = (),
    ) -> ValueCounts:
        """Count the values of a column that contain a text, the most frequent first."""
        stage = self._session.stage(upto)
        require([column], stage.columns)
        with blamed(self._session.trail.until(stage)):
            return values(self._session.windows, stage, column, search, limit, Order(filter=filter))

    def difference(self, upto: int | None = None, step: AnyStep | None = None) -> Difference:
        """Say what a step has changed: the last of the first `upto` active ones, or a draft after them."""
        pair = self._pair(upto, step)
        with blamed(self._session.trail.until(pair.after)):
            return difference(self._session.windows, pair)

    def changes(
        self,
        upto: int | None = None,
        step: AnyStep | None = None,
        start: int = 0,
        stop: int = 200,
        columns: tuple[str, ...] = (),
        only: bool = False,
    ) -> tuple[Window, bytes]:
        """Return the rows of a difference, with what became of each and, beside changed cells, their values before."""
        pair = self._pair(upto, step)
        with blamed(self._session.trail.until(pair.after)):
            rows = changes(self._session.windows, pair, start, stop, columns, only=only)
        return Window(start=start, rows=rows.table.height, rows_total=rows.total, exact=True), arrow(rows.table)

    def _pair(self, upto: int | None, step: AnyStep | None) -> Pair:
        trail, stage = self._session.trail, self._session.stage(upto)
        if step is not None:
            return Pair(stage, trail.after(stage, step))
        made: list[Stage] = trail.until(stage)
        if len(made) < 2:  # noqa: PLR2004  # before and after
            raise InvalidError("There is no step before this place whose changes could be shown.", code="no_step")
        return Pair(made[-2], made[-1])
