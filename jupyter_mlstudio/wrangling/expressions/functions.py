"""All functions of the expression language by name; those with a `usage` can be called in formulas."""

from jupyter_mlstudio.wrangling.expressions.dates import DATES
from jupyter_mlstudio.wrangling.expressions.function import Function
from jupyter_mlstudio.wrangling.expressions.logic import LOGIC
from jupyter_mlstudio.wrangling.expressions.numbers import NUMBERS
from jupyter_mlstudio.wrangling.expressions.texts import TEXTS

FUNCTIONS: dict[str, Function] = {**NUMBERS, **LOGIC, **TEXTS, **DATES}
