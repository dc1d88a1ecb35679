"""Pictures and tables of runs as still pictures: what fits of them."""

from base64 import b64encode
from collections.abc import Mapping

from jupyter_mlstudio.experiments.evaluation.drawing import HEIGHT, INK, LINE, WIDTH, Drawing, cut, number
from jupyter_mlstudio.experiments.evaluation.types import Cell, ChartContent, LoggedTable

ROWS, COLUMNS = 14, 5
SHOWN = 6
MEDIA = {"png": "png", "jpg": "jpeg", "jpeg": "jpeg", "gif": "gif", "webp": "webp"}


def listing(title: str, content: ChartContent, files: Mapping[str, bytes] | None = None) -> str:
    """Draw the pictures, of which the files are given by run and path, or the first tables."""
    drawing = Drawing(title)
    names = dict(zip(content.runs.ids, content.runs.names, strict=True))
    if content.images is not None:
        shown = [item for item in content.images.items if f"{item.run}/{item.path}" in (files or {})][:SHOWN]
        for place, item in enumerate(shown):
            x, y = 12 + place % 3 * 208, 34 + place // 3 * 160
            kind = MEDIA.get(item.path.rsplit(".", 1)[-1].lower(), "png")
            encoded = b64encode((files or {})[f"{item.run}/{item.path}"]).decode()
            drawing.add(f'<image x="{x}" y="{y}" width="200" height="136" href="data:image/{kind};base64,{encoded}"/>')
            drawing.text(x, y + 148, f"{names.get(item.run, item.run)} · {item.name}"[:34])
        if not shown:
            drawing.text(12, 50, f"{len(content.images.items)} images")
    for place, table in enumerate(content.tables.items[:2] if content.tables else []):
        _table(drawing, table, names.get(table.run, table.run), 12 + place * WIDTH / 2)
    return drawing.svg()


def _table(drawing: Drawing, table: LoggedTable, name: str, left: float) -> None:
    drawing.text(left, 42, f"{name} · {table.total:,} rows", colour=INK)
    width = (WIDTH / 2 - 24) / max(min(len(table.columns), COLUMNS), 1)
    heads: list[Cell] = [*table.columns[:COLUMNS]]
    for row, cells in enumerate([heads, *table.rows[:ROWS]]):
        y = 62 + row * 19
        for column, cell in enumerate(cells[:COLUMNS]):
            told = number(cell) if isinstance(cell, float) else cut(str("" if cell is None else cell))
            drawing.text(left + column * width, y, told[:14], weight=600 if row == 0 else 400)
        drawing.line([(left, y + 5), (left + width * len(heads), y + 5)], LINE, 1)
        if y > HEIGHT - 40:
            return
