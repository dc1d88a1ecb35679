"""All functions of the expression language by name; those with a `usage` can be called in formulas."""

from jupyter_mlstudio.wrangling.expressions.chance import CHANCE
from jupyter_mlstudio.wrangling.expressions.curves import CURVES
from jupyter_mlstudio.wrangling.expressions.dates import DATES
from jupyter_mlstudio.wrangling.expressions.formats import FORMATS
from jupyter_mlstudio.wrangling.expressions.function import Function
from jupyter_mlstudio.wrangling.expressions.logic import LOGIC
from jupyter_mlstudio.wrangling.expressions.moments import MOMENTS
from jupyter_mlstudio.wrangling.expressions.numbers import NUMBERS
from jupyter_mlstudio.wrangling.expressions.patterns import PATTERNS
from jupyter_mlstudio.wrangling.expressions.strict import STRICT
from jupyter_mlstudio.wrangling.expressions.texts import TEXTS
from jupyter_mlstudio.wrangling.expressions.tokens import TOKENS

FUNCTIONS: dict[str, Function] = {
    **NUMBERS,
    **LOGIC,
    **TEXTS,
    **PATTERNS,
    **DATES,
    **MOMENTS,
    **FORMATS,
    **STRICT,
    **CURVES,
    **CHANCE,
    **TOKENS,
}
