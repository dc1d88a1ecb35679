"""Keys under which different spellings of the same value meet."""

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import polars as pl

_SOUNDS = str.maketrans(
    {
        **dict.fromkeys("AEIJOUY", "0"),
        "B": "1",
        "P": "1",
        "D": "2",
        "T": "2",
        **dict.fromkeys("FVW", "3"),
        **dict.fromkeys("GKQ", "4"),
        "X": "48",
        "L": "5",
        **dict.fromkeys("MN", "6"),
        "R": "7",
        **dict.fromkeys("SZ", "8"),
        "C": "8",
        "H": "",
    }
)
"""The sounds of letters after Hans Joachim Postel's Kölner Phonetik; it does well with most European languages."""


def plain(values: "pl.Series") -> "pl.Series":
    """Return texts in lower case, without accents and signs, with single spaces."""
    import polars as pl

    lower = values.str.to_lowercase()
    odd = values.str.len_bytes() != values.str.len_chars()
    if odd.any():
        simple = lower.str.normalize("NFKD").str.replace_all(r"\p{M}", "").str.replace_all("ß", "ss", literal=True)
        lower = pl.select(pl.when(odd).then(simple).otherwise(lower)).to_series()
    made = lower.str.replace_all(r"[-_/\\&+|.,;:\s]+", " ").str.replace_all(r"[^\p{L}\p{N} ]+", "")
    return made.str.replace_all(r" {2,}", " ").str.strip_chars(" ")


def fingerprints(values: "pl.Series") -> "pl.Series":
    """Return the different words of each text in the order of the alphabet; abbreviations with points are one word."""
    import polars as pl

    dotted = values.str.contains(".", literal=True)
    joined = values
    if dotted.any():
        joined = pl.select(
            pl.when(dotted).then(values.str.replace_all(r"\b(\p{L})\.\s?", "$1")).otherwise(values)
        ).to_series()
    return _in_order(plain(joined).to_list())


def _in_order(texts: list[str]) -> "pl.Series":
    """Put the different words of each text in order; plain Python is faster at it than lists in Polars."""
    import polars as pl

    made = [" ".join(sorted(set(text.split(" ")))) if " " in text else text for text in texts]
    return pl.Series(made, dtype=pl.String)


def ngrams(values: "pl.Series", size: int = 2) -> "pl.Series":
    """Return the different pairs of neighbouring letters in the order of the alphabet."""
    import polars as pl

    packed = plain(values).str.replace_all(" ", "").to_list()
    made = ["".join(sorted({text[at : at + size] for at in range(len(text) - size + 1)})) or text for text in packed]
    return pl.Series(made, dtype=pl.String)


def sounds(values: "pl.Series") -> "pl.Series":
    """Return how the words of each text sound, in the order of the alphabet; words with figures stay as they are."""
    spelt = "\n".join(plain(values).str.to_uppercase().to_list())
    text = re.sub(r"\S*[0-9]\S*", lambda match: match[0].translate(_KEPT), spelt)
    for pattern, sound in (
        (r"PH", "F"),
        (r"[DT](?=[CSZ])", "S"),
        (r"(?<=[CKQ])X", "S"),
        (r"\bC(?=[AHKLOQRUX])", "K"),
        (r"(?<![SZ])C(?=[AHKOQUX])", "K"),
    ):
        text = re.sub(pattern, sound, text)
    spoken = re.sub(r"([0-8])\1+", r"\1", text.translate(_SOUNDS))
    spoken = re.sub(r"(?<=[0-9])0", "", spoken)
    return _in_order(spoken.split("\n"))


_KEPT = {ord(sign): chr(0xE000 + ord(sign)) for sign in "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"}
"""Words with figures are codes, not sounds: their signs are hidden behind ones that no text has."""
