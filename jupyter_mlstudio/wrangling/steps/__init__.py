"""All steps, one class each; a recipe holds any of them, and a new one is listed here."""

from jupyter_mlstudio.wrangling.conditions import Condition, SortKey
from jupyter_mlstudio.wrangling.step import State, Step
from jupyter_mlstudio.wrangling.steps.balance import BalanceClasses, ClassWeights
from jupyter_mlstudio.wrangling.steps.bins import BinNumbers, QuantileRank
from jupyter_mlstudio.wrangling.steps.columns import (
    ConvertType,
    DeriveColumn,
    DropColumns,
    RenameColumns,
    Renaming,
    SelectColumns,
)
from jupyter_mlstudio.wrangling.steps.curves import BendNumbers
from jupyter_mlstudio.wrangling.steps.dates import DateParts
from jupyter_mlstudio.wrangling.steps.encode import FrequencyEncode, GroupRare, OneHotEncode, OrdinalEncode
from jupyter_mlstudio.wrangling.steps.features import CombineNumbers, CompareWithGroup, Polynomial
from jupyter_mlstudio.wrangling.steps.gaps import CountMissing, Interpolate, MarkMissing, ReplaceInfinite
from jupyter_mlstudio.wrangling.steps.hashing import HashEncode, SimilarityEncode
from jupyter_mlstudio.wrangling.steps.missing import FillByGroup, FillMissing
from jupyter_mlstudio.wrangling.steps.numbers import NormalizeRows, RoundNumbers, ScaleNumbers
from jupyter_mlstudio.wrangling.steps.outliers import ClipNumbers, DropOutliers, MarkOutliers
from jupyter_mlstudio.wrangling.steps.rows import (
    DropDuplicates,
    DropMissing,
    FillForward,
    FilterRows,
    SortRows,
)  # fmt: skip
from jupyter_mlstudio.wrangling.steps.sampling import SampleRows, SplitRows
from jupyter_mlstudio.wrangling.steps.shape import Aggregate, GroupRows, JoinFile, LookUp
from jupyter_mlstudio.wrangling.steps.target import TargetEncode
from jupyter_mlstudio.wrangling.steps.text import CleanText, Replacement, ReplaceValues
from jupyter_mlstudio.wrangling.steps.vectors import TextVectors
from jupyter_mlstudio.wrangling.steps.weeding import DropConstant, DropCorrelated, DropSparse

__all__ = [
    "Aggregate",
    "BalanceClasses",
    "BendNumbers",
    "BinNumbers",
    "ClassWeights",
    "CleanText",
    "ClipNumbers",
    "CombineNumbers",
    "CompareWithGroup",
    "Condition",
    "ConvertType",
    "CountMissing",
    "DateParts",
    "DeriveColumn",
    "DropColumns",
    "DropConstant",
    "DropCorrelated",
    "DropDuplicates",
    "DropMissing",
    "DropOutliers",
    "DropSparse",
    "FillByGroup",
    "FillForward",
    "FillMissing",
    "FilterRows",
    "FrequencyEncode",
    "GroupRare",
    "GroupRows",
    "HashEncode",
    "Interpolate",
    "JoinFile",
    "LookUp",
    "MarkMissing",
    "MarkOutliers",
    "NormalizeRows",
    "OneHotEncode",
    "OrdinalEncode",
    "Polynomial",
    "QuantileRank",
    "RenameColumns",
    "Renaming",
    "ReplaceInfinite",
    "ReplaceValues",
    "Replacement",
    "RoundNumbers",
    "SampleRows",
    "ScaleNumbers",
    "SelectColumns",
    "SimilarityEncode",
    "SortKey",
    "SortRows",
    "SplitRows",
    "State",
    "Step",
    "TargetEncode",
    "TextVectors",
]
