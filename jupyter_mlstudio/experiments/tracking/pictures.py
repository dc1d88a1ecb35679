"""Pictures and figures as files."""

import struct
import zlib
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jupyter_mlstudio.core.errors import InvalidError

if TYPE_CHECKING:
    import numpy as np

COLOURS = {1: 0, 2: 4, 3: 2, 4: 6}
"""PNG's word for what a pixel is made of, by how many values it has."""

SIDE = 256
"""Pixels of the longer side of the small copy, which MLflow's pages show first."""

FLAT = 2
"""Sides of an array of grey values."""

FIGURE = "A figure of Matplotlib or Plotly is needed"


def save(image: Any, path: Path) -> None:
    """Write a picture of Pillow, or an array of grey, RGB or RGBA values.

    Raises:
        InvalidError: It is neither, or needs Pillow for this form.
    """
    if callable(getattr(image, "save", None)) and hasattr(image, "size"):
        image.save(path)
        return
    pixels = _pixels(image)
    if path.suffix.lower() == ".png":
        path.write_bytes(_png(pixels))
        return
    opened = _opened(pixels)
    if opened is None:
        raise InvalidError("Pillow is needed to write other pictures than PNG. Install it, or end the name with .png.")
    opened.save(path)


def small(image: Any) -> Any:
    """Return a small copy as a picture of Pillow; None without Pillow."""
    opened = image.copy() if hasattr(image, "thumbnail") else _opened(_pixels(image))
    if opened is not None:
        opened.thumbnail((SIDE, SIDE))
    return opened


def save_figure(figure: Any, path: Path) -> None:
    """Write a figure of Matplotlib or Plotly.

    Raises:
        InvalidError: It is none, or cannot be written in that form.
    """
    try:
        if callable(getattr(figure, "savefig", None)):
            figure.savefig(path)
        elif path.suffix == ".html" and callable(getattr(figure, "write_html", None)):
            figure.write_html(path, include_plotlyjs="cdn", auto_open=False)
        elif callable(getattr(figure, "write_image", None)):
            figure.write_image(path)
        else:
            raise InvalidError(f"{FIGURE}, not {type(figure).__name__}.")
    except (ValueError, ImportError, OSError) as error:
        raise InvalidError(
            f"The figure cannot be written as {path.suffix or 'a file without ending'}: {error}"
        ) from error


def _pixels(image: Any) -> "np.ndarray":
    import numpy as np

    values = np.asarray(image)
    if values.ndim == FLAT:
        values = values[:, :, None]
    if values.ndim != FLAT + 1 or values.shape[2] not in COLOURS or values.dtype.kind not in "biuf" or not values.size:
        raise InvalidError(
            f"A picture is needed: an array of height x width, or with 3 or 4 colours, not one of {values.shape}."
        )
    if values.dtype.kind == "f":
        values = np.nan_to_num(values) * 255
    elif values.dtype.kind == "b":
        values = values.astype(np.uint8) * 255
    return np.ascontiguousarray(np.clip(np.rint(values), 0, 255), dtype=np.uint8)


def _png(pixels: "np.ndarray") -> bytes:
    """Write pixels as PNG: eight bits a value, no filter."""
    height, width, values = pixels.shape
    lines = b"".join(b"\0" + line.tobytes() for line in pixels)
    head = struct.pack(">IIBBBBB", width, height, 8, COLOURS[values], 0, 0, 0)
    parts = ((b"IHDR", head), (b"IDAT", zlib.compress(lines, 6)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body)) for kind, body in parts
    )


def _opened(pixels: "np.ndarray") -> Any:
    try:
        image = import_module("PIL.Image")
    except ImportError:
        return None
    return image.fromarray(pixels[:, :, 0] if pixels.shape[2] == 1 else pixels)
