"""Finds runs again: straight from a SQLite store, or through MLflow's API."""
