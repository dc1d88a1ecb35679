"""How values become source text in languages where papermill's own way lets a text become code.

Julia and PowerShell evaluate `$(...)` in texts between double quotes.
"""

from papermill.translators import JuliaTranslator, PowershellTranslator, papermill_translators

QUOTES = "'\u2018\u2019\u201a\u201b"  # PowerShell takes each of them for a quote


class Julia(JuliaTranslator):  # type: ignore[misc]  # papermill has no types
    """Julia, where a dollar sign in a text stays one."""

    @classmethod
    def translate_escaped_str(cls, str_val: object) -> str:
        """Write a text as a literal."""
        return str(super().translate_escaped_str(str_val)).replace("$", r"\$")


class Powershell(PowershellTranslator):  # type: ignore[misc]
    """PowerShell, with texts between single quotes, in which nothing is evaluated."""

    @classmethod
    def translate_escaped_str(cls, str_val: object) -> str:
        """Write a text as a literal."""
        text = str(str_val)
        for quote in QUOTES:
            text = text.replace(quote, quote * 2)
        return f"'{text}'"


def register() -> None:
    """Make papermill use these."""
    papermill_translators.register("julia", Julia)
    for name in (".net-powershell", "powershell"):
        papermill_translators.register(name, Powershell)
