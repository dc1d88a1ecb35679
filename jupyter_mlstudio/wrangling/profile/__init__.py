"""Statistics of columns: from a sample at once, then exact ones as they are asked for."""

from jupyter_mlstudio.wrangling.profile.eager import profiles
from jupyter_mlstudio.wrangling.profile.tiers import Profiler

__all__ = ["Profiler", "profiles"]
