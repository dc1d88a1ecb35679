"""All steps, one class each; a recipe holds any of them, and a new one is listed here."""

from jupyter_mlstudio.wrangling.conditions import Condition, SortKey
from jupyter_mlstudio.wrangling.step import State, Step
from jupyter_mlstudio.wrangling.steps.arrange import (
    CombineColumns,
    DropMatching,
    DuplicateColumn,
    MoveColumns,
    RenamePattern,
)
from jupyter_mlstudio.wrangling.steps.balance import BalanceClasses, ClassWeights
from jupyter_mlstudio.wrangling.steps.bins import BinNumbers, QuantileRank
from jupyter_mlstudio.wrangling.steps.cleaning import ChangeCase, FindReplace, PadText, RemoveCharacters
from jupyter_mlstudio.wrangling.steps.columns import (
    ConvertType,
    DeriveColumn,
    DropColumns,
    RenameColumns,
    Renaming,
    SelectColumns,
)
from jupyter_mlstudio.wrangling.steps.curves import BendNumbers
from jupyter_mlstudio.wrangling.steps.custom import PythonCode, SqlQuery
from jupyter_mlstudio.wrangling.steps.dates import DateParts
from jupyter_mlstudio.wrangling.steps.encode import FrequencyEncode, GroupRare, OneHotEncode, OrdinalEncode
from jupyter_mlstudio.wrangling.steps.features import CombineNumbers, CompareWithGroup, Polynomial
from jupyter_mlstudio.wrangling.steps.gaps import CountMissing, Interpolate, MarkMissing, ReplaceInfinite
from jupyter_mlstudio.wrangling.steps.hashing import HashEncode, SimilarityEncode
from jupyter_mlstudio.wrangling.steps.merging import CellEdit, EditCells, Merge, MergeValues
from jupyter_mlstudio.wrangling.steps.missing import FillByGroup, FillMissing
from jupyter_mlstudio.wrangling.steps.numbers import NormalizeRows, RoundNumbers, ScaleNumbers
from jupyter_mlstudio.wrangling.steps.outliers import ClipNumbers, DropOutliers, MarkOutliers
from jupyter_mlstudio.wrangling.steps.parsing import AddressParts, JsonField, ParseJson, ParseNumbers
from jupyter_mlstudio.wrangling.steps.places import (
    DropEmpty,
    DropPlaces,
    FilterPattern,
    FilterValues,
    KeepLargest,
    KeepPlaces,
    ShuffleRows,
)
from jupyter_mlstudio.wrangling.steps.resample import Resample
from jupyter_mlstudio.wrangling.steps.reshape import CrossTable, ExplodeText, Pivot, UnionFile, UnpivotColumns
from jupyter_mlstudio.wrangling.steps.rows import (
    DropDuplicates,
    DropMissing,
    FillForward,
    FilterRows,
    SortRows,
)  # fmt: skip
from jupyter_mlstudio.wrangling.steps.sampling import SampleRows, SplitRows
from jupyter_mlstudio.wrangling.steps.selection import SelectFeatures
from jupyter_mlstudio.wrangling.steps.shape import Aggregate, GroupRows, JoinFile, LookUp
from jupyter_mlstudio.wrangling.steps.spans import AgeAt, DateDifference
from jupyter_mlstudio.wrangling.steps.splitting import ExtractText, FlagText, MeasureText, SplitColumn
from jupyter_mlstudio.wrangling.steps.target import TargetEncode
from jupyter_mlstudio.wrangling.steps.text import CleanText, Replacement, ReplaceValues
from jupyter_mlstudio.wrangling.steps.times import (
    CyclicDates,
    FormatDates,
    ParseDates,
    RoundDates,
    ShiftDates,
    TimeZone,
)
from jupyter_mlstudio.wrangling.steps.vectors import TextVectors
from jupyter_mlstudio.wrangling.steps.weeding import DropConstant, DropCorrelated, DropSparse
from jupyter_mlstudio.wrangling.steps.windows import (
    ChangeFrom,
    FillFrom,
    GroupFigure,
    Neighbour,
    NumberRows,
    RankRows,
    RollingFigure,
    RunningFigure,
)

__all__ = [
    "AddressParts",
    "AgeAt",
    "Aggregate",
    "BalanceClasses",
    "BendNumbers",
    "BinNumbers",
    "CellEdit",
    "ChangeCase",
    "ChangeFrom",
    "ClassWeights",
    "CleanText",
    "ClipNumbers",
    "CombineColumns",
    "CombineNumbers",
    "CompareWithGroup",
    "Condition",
    "ConvertType",
    "CountMissing",
    "CrossTable",
    "CyclicDates",
    "DateDifference",
    "DateParts",
    "DeriveColumn",
    "DropColumns",
    "DropConstant",
    "DropCorrelated",
    "DropDuplicates",
    "DropEmpty",
    "DropMatching",
    "DropMissing",
    "DropOutliers",
    "DropPlaces",
    "DropSparse",
    "DuplicateColumn",
    "EditCells",
    "ExplodeText",
    "ExtractText",
    "FillByGroup",
    "FillForward",
    "FillFrom",
    "FillMissing",
    "FilterPattern",
    "FilterRows",
    "FilterValues",
    "FindReplace",
    "FlagText",
    "FormatDates",
    "FrequencyEncode",
    "GroupFigure",
    "GroupRare",
    "GroupRows",
    "HashEncode",
    "Interpolate",
    "JoinFile",
    "JsonField",
    "KeepLargest",
    "KeepPlaces",
    "LookUp",
    "MarkMissing",
    "MarkOutliers",
    "MeasureText",
    "Merge",
    "MergeValues",
    "MoveColumns",
    "Neighbour",
    "NormalizeRows",
    "NumberRows",
    "OneHotEncode",
    "OrdinalEncode",
    "PadText",
    "ParseDates",
    "ParseJson",
    "ParseNumbers",
    "Pivot",
    "Polynomial",
    "PythonCode",
    "QuantileRank",
    "RankRows",
    "RemoveCharacters",
    "RenameColumns",
    "RenamePattern",
    "Renaming",
    "ReplaceInfinite",
    "ReplaceValues",
    "Replacement",
    "Resample",
    "RollingFigure",
    "RoundDates",
    "RoundNumbers",
    "RunningFigure",
    "SampleRows",
    "ScaleNumbers",
    "SelectColumns",
    "SelectFeatures",
    "ShiftDates",
    "ShuffleRows",
    "SimilarityEncode",
    "SortKey",
    "SortRows",
    "SplitColumn",
    "SplitRows",
    "SqlQuery",
    "State",
    "Step",
    "TargetEncode",
    "TextVectors",
    "TimeZone",
    "UnionFile",
    "UnpivotColumns",
]
