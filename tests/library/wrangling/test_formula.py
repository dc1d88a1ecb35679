import polars as pl
import pytest

from jupyter_mlstudio.core.errors import InvalidError
from jupyter_mlstudio.wrangling.formula import names_in, translate

SCHEMA = {
    "a": pl.Int64(),
    "b": pl.Float64(),
    "c": pl.String(),
    "t": pl.Datetime("us"),
    "odd name": pl.Int64(),
    "dep_delay": pl.Int64(),
}


@pytest.mark.parametrize(
    ("formula", "text"),
    [
        ("a + b * 2", 'pl.col("a") + pl.col("b") * 2'),
        ("(a + b) * 2", '(pl.col("a") + pl.col("b")) * 2'),
        ("a - (b - 1)", 'pl.col("a") - (pl.col("b") - 1)'),
        ("-a ** 2", '-pl.col("a") ** 2'),
        ("not a > 1 and b < 2", '~(pl.col("a") > 1) & (pl.col("b") < 2)'),
        ("a > 1 or b < 2 and a == 3", '(pl.col("a") > 1) | (pl.col("b") < 2) & (pl.col("a") == 3)'),
        ("1 < a <= 3", '(1 < pl.col("a")) & (pl.col("a") <= 3)'),
        ("`odd name` + 1", 'pl.col("odd name") + 1'),
        ('"big" if a > 1 else "small"', 'pl.when(pl.col("a") > 1).then(pl.lit("big")).otherwise(pl.lit("small"))'),
        ('c not in ["x"]', '~pl.col("c").is_in(["x"])'),
        ('t > "2013-01-01 05:00"', 'pl.col("t") > pl.datetime(2013, 1, 1, 5)'),
        ("a + (1 + 2)", 'pl.col("a") + 3'),
        ("round(a / b, 1)", '(pl.col("a") / pl.col("b")).fill_nan(None).round(1)'),
        ('join(c, "-", c)', 'pl.concat_str(pl.col("c"), pl.lit("-"), pl.col("c"))'),
    ],
)
def test_a_formula_becomes_polars_text(formula, text):
    assert translate(formula, SCHEMA).text == text


@pytest.mark.parametrize(
    ("formula", "message"),
    [
        ("a + dep_dealy", "character 5: there is no column “dep_dealy”. Did you mean “dep_delay”?"),
        ("`od name` + dep_dealy", "character 1: there is no column “od name”"),
        ("é + 1", "character 1: there is no column “é”"),
        ("a + rond(b)", "character 5: there is no function “rond”. Did you mean “round”?"),
        ("round(a, b)", "round takes fixed values only"),
        ("round()", r"round is used like round\(distance, 1\)"),
        (
            "a +",
            "character 1: this is not complete or not understood|character 4: this is not complete or not understood",
        ),
        ("", "The formula is empty"),
        ("a.b", "not part of the formula language"),
        ("a[0]", "not part of the formula language"),
        ("[x for x in a]", "not part of the formula language"),
        ("lambda: 1", "not part of the formula language"),
        ('__import__("os")', "there is no function “__import__”"),
        ("a is None", "use == or is_missing|only numbers"),
        ("a & b", "use and, or, not"),
        ('t > "soon"', "'soon' is no time like 2013-01-31 05:15"),
        ('date("soon")', "a date is written as"),
        ("contains(c, c)", "takes fixed values only"),
        ("a" + "+a" * 2000, "longer than 2000"),
        ("-" * 1900 + "a", "nested too deeply"),
    ],
)
def test_a_mistake_is_explained_with_its_place(formula, message):
    with pytest.raises(InvalidError, match=message):
        translate(formula, SCHEMA)


def test_a_formula_names_the_columns_it_reads():
    assert names_in("round(a / `odd name`) + max(b, 0)") == {"a", "odd name", "b"}
    assert names_in("a +") == set()


def test_a_formula_never_reaches_python(tmp_path):
    for formula in ["open('x')", "a.__class__", "f'{a}'", "(a := 1)", "print(a)", "a if b else exit()", "`a`.b()"]:
        with pytest.raises(InvalidError):
            translate(formula, SCHEMA)
