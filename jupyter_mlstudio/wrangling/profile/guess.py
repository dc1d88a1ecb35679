"""What a column seems to be for."""

from jupyter_mlstudio.wrangling.figures import ColumnProfile, Guess

_TARGETS = frozenset({"target", "label", "class", "outcome", "y", "survived", "churn", "default", "fraud"})
_ALL = 0.97
_SKETCHED = 0.88
"""A sketch of a column without repetitions may fall so far short."""
_FEW = 50
_SHARE = 0.001


def guess(profile: ColumnProfile) -> Guess:  # noqa: PLR0911  # one answer a line
    """Guess from type, name and number of different values."""
    present = profile.rows - profile.missing
    if present <= 0:
        return "empty"
    if profile.role in {"nested", "other"}:
        return "nested"
    if profile.distinct == 1:
        return "constant"
    name = profile.name.casefold()
    if name in _TARGETS and profile.distinct <= _FEW:
        return "target"
    if profile.role == "boolean":
        return "boolean"
    if profile.role in {"date", "datetime", "time", "duration"}:
        return "date"
    if _is_id(profile, name):
        return "id"
    whole = profile.role == "number" and "Float" not in profile.dtype and "Decimal" not in profile.dtype
    if profile.role == "number" and not (whole and profile.distinct <= _FEW // 2):
        return "number"
    few = max(_FEW, _SHARE * present)
    return "category" if profile.distinct <= few else profile.role if profile.role == "number" else "text"


def _is_id(profile: ColumnProfile, name: str) -> bool:
    """Tell whether values name rows: hardly any repeats, or the name says so and there are many."""
    looked = profile.sample if profile.sample is not None and profile.sure.distinct == "sampled" else profile.rows
    present = looked * (1 - profile.missing_share) * (_SKETCHED if profile.sure.distinct == "sketched" else 1)
    wholly = profile.role == "text" or "Int" in profile.dtype
    unique = present > _FEW and profile.distinct >= _ALL * present
    short = profile.lengths is None or profile.lengths.max <= 64  # noqa: PLR2004  # longer ones are prose
    named = name in {"id", "key", "uuid", "guid"} or name.endswith(("_id", " id", "_key", "_uuid"))
    return wholly and short and (unique or (named and profile.distinct > _FEW))
