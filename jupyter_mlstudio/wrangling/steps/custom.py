"""Steps in other languages: a query in SQL, or a function in Python."""

import ast
import re
from textwrap import dedent, indent
from typing import Annotated, ClassVar, Literal

from pydantic import Field

from jupyter_mlstudio.core.errors import InvalidError
from jupyter_mlstudio.wrangling.step import Group, Incoming, Kind, Step
from jupyter_mlstudio.wrangling.trusting import allowed
from jupyter_mlstudio.wrangling.verbs import Change, Raw
from jupyter_mlstudio.wrangling.writing import quote

_READS_FILES = re.compile(r"\b(?:read|scan)_\w+\s*\(|\bfrom\s+'", re.IGNORECASE)


class SqlQuery(Step):
    """Make another table by a query over the table `self`, in SQL that Polars understands."""

    title: ClassVar[str] = "SQL"
    group: ClassVar[Group] = "Custom code"
    kind: ClassVar[Kind] = "shape"

    op: Literal["sql"] = "sql"
    query: Annotated[str, Field(min_length=1, max_length=20_000)] = Field(
        title="Query", description="As in SELECT carrier, avg(delay) AS delay FROM self GROUP BY carrier",
        json_schema_extra={"format": "sql"},
    )  # fmt: skip

    def sentence(self) -> str:
        """Show the beginning of the query."""
        return _shortened(" ".join(self.query.split()))

    def change(self, table: Incoming) -> Change:
        """Run the query over the table as it is."""
        query = self.query.strip().rstrip(";").strip()
        if not re.match(r"(?i)(select|with)\b", query) or ";" in re.sub(r"'[^']*'", "", query):
            raise InvalidError("query: write one query that begins with SELECT or WITH.")
        if _READS_FILES.search(query):
            raise InvalidError("query: it can read only the table “self”. Use a join to add another file.")
        text = f'"""\n{query}\n"""' if "\n" in query and '"""' not in query and "\\" not in query else quote(query)
        return (Raw(polars=(f".sql({text})",), sql=query),)


class PythonCode(Step):
    """Change the table by Python: the body of a function of `df`, a Polars LazyFrame, that returns another.

    The code of a recipe file runs only after its user has allowed it.
    """

    title: ClassVar[str] = "Python"
    group: ClassVar[Group] = "Custom code"
    kind: ClassVar[Kind] = "shape"
    foreign: ClassVar[bool] = True

    op: Literal["python"] = "python"
    code: Annotated[str, Field(min_length=1, max_length=50_000)] = Field(
        title="Code", description='As in: return df.with_columns(pl.col("price").round(2))',
        json_schema_extra={"format": "python"},
    )  # fmt: skip

    def sentence(self) -> str:
        """Show the first line that does something."""
        lines = [line.strip() for line in self.code.splitlines()]
        lines = [line for line in lines if line and not line.startswith(("#", "import ", "from "))]
        return _shortened(lines[0] if lines else "Python code")

    def may_fail(self) -> bool:
        """Fail on anything that the code does."""
        return True

    def change(self, table: Incoming) -> Change:
        """Pipe the table through the function.

        Raises:
            InvalidError: It is no Python, or has not been allowed here (`not_allowed`).
        """
        body = self._body()
        if not allowed(self.code):
            raise InvalidError(
                "This step runs Python code that nobody has allowed in this project yet. "
                "Read it, then allow it here, or call recipe.allow_code().",
                code="not_allowed",
            )
        name = table.variable("changed")
        function = f"def {name}(df: pl.LazyFrame) -> pl.LazyFrame:\n{indent(body, '    ')}"
        return (Raw(polars=(f".pipe({name})",), functions=((name, function),)),)

    def _body(self) -> str:
        body = dedent(self.code).strip()
        try:
            tree = ast.parse(f"def step(df):\n{indent(body, '    ')}")
        except (SyntaxError, ValueError) as error:
            line = (getattr(error, "lineno", None) or 2) - 1
            raise InvalidError(f"code, line {line}: this is no Python ({getattr(error, 'msg', error)}).") from None
        returns = any(isinstance(node, ast.Return) for node in ast.walk(tree))
        return body if returns else f"{body}\nreturn df"


def _shortened(text: str) -> str:
    return text if len(text) <= 60 else f"{text[:59]}…"  # noqa: PLR2004  # as long as a line of the list
