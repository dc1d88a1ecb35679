"""The linter for recipes: what leaks, what cannot travel in a model, what has no effect."""
