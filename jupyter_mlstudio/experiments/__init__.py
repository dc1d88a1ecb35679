"""Experiment tracking: runs are written through MLflow and read straight from its store."""
