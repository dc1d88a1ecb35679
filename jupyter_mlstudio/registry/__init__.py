"""Registered models and their versions: MLflow's registry, read straight from its store where possible."""
