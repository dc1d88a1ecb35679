"""Words of a text, between spaces, so that each can be found with a space on both sides."""

from typing import TYPE_CHECKING

from jupyter_mlstudio.wrangling.expressions.function import Function
from jupyter_mlstudio.wrangling.expressions.nodes import Expr
from jupyter_mlstudio.wrangling.writing import ATOM, SUM, Text

if TYPE_CHECKING:
    from jupyter_mlstudio.wrangling.faces.writer import Writer


def words(text: str) -> str:
    """Return the words of a text in lower case, each between two spaces."""
    kept = "".join(letter if letter.isalnum() else " " for letter in text.lower())
    return f" {'  '.join(kept.split())} " if kept.strip() else "  "


def _polars(writer: "Writer", arguments: tuple[Expr, ...]) -> Text:
    text = writer.write(arguments[0]).expression()
    plain = f'{text}.str.to_lowercase().str.replace_all(r"[^\\p{{L}}\\p{{N}}]+", " ").str.strip_chars()'
    return Text(f'pl.format(" {{}} ", {plain}.str.replace_all(" ", "  "))', ATOM)


def _pandas(writer: "Writer", arguments: tuple[Expr, ...]) -> Text:
    text = writer.write(arguments[0]).expression()
    plain = f'{text}.str.lower().str.replace(r"[\\W_]+", lambda _: " ", regex=True).str.strip()'
    return Text(f'" " + {plain}.str.replace(" ", "  ") + " "', SUM)


def _sql(writer: "Writer", arguments: tuple[Expr, ...]) -> Text:
    plain = f"trim(regexp_replace(lower({writer.write(arguments[0]).text}), '[^\\p{{L}}\\p{{N}}]+', ' ', 'g'))"
    return Text(f"(' ' || replace({plain}, ' ', '  ') || ' ')", ATOM)


TOKENS: dict[str, Function] = {"words": Function(_polars, _pandas, _sql, words, level=SUM)}
