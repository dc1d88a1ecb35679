"""Expressions over columns: written once as a tree, and from it in Polars, pandas, SQL and as a plain function."""
