"""All steps, one class each; a recipe holds any of them, and a new one is listed here."""

from jupyter_mlstudio.wrangling.conditions import Condition, SortKey
from jupyter_mlstudio.wrangling.step import State, Step
from jupyter_mlstudio.wrangling.steps.columns import (
    ConvertType,
    DeriveColumn,
    DropColumns,
    RenameColumns,
    Renaming,
    SelectColumns,
)
from jupyter_mlstudio.wrangling.steps.dates import DateParts
from jupyter_mlstudio.wrangling.steps.encode import OneHotEncode, OrdinalEncode
from jupyter_mlstudio.wrangling.steps.missing import FillMissing
from jupyter_mlstudio.wrangling.steps.numbers import BinNumbers, ClipNumbers, RoundNumbers, ScaleNumbers
from jupyter_mlstudio.wrangling.steps.rows import (
    DropDuplicates,
    DropMissing,
    FillForward,
    FilterRows,
    SampleRows,
    SortRows,
)  # fmt: skip
from jupyter_mlstudio.wrangling.steps.shape import Aggregate, GroupRows, JoinFile, LookUp
from jupyter_mlstudio.wrangling.steps.text import CleanText, Replacement, ReplaceValues

__all__ = [
    "Aggregate", "BinNumbers", "CleanText", "ClipNumbers", "Condition", "ConvertType", "DateParts", "DeriveColumn",
    "DropColumns", "DropDuplicates", "DropMissing", "FillForward", "FillMissing", "FilterRows", "GroupRows", "JoinFile",
    "LookUp", "OneHotEncode", "OrdinalEncode", "RenameColumns", "Renaming", "ReplaceValues", "Replacement",
    "RoundNumbers", "SampleRows", "ScaleNumbers", "SelectColumns", "SortKey", "SortRows", "State", "Step",
]  # fmt: skip
