"""Automatic feature selection: which columns are worth keeping, and why."""
