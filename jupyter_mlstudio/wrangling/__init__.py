"""From raw tables to clean ones: recipes, the steps they are made of, and sessions that show what they do."""

from jupyter_mlstudio.wrangling import steps as _steps  # noqa: F401  # so that recipes know every step
