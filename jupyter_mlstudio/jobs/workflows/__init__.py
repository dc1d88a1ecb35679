"""Graphs of jobs: their files, their runs and the cache of their results."""
