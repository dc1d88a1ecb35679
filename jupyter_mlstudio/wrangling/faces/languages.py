"""The languages that a recipe can be written in."""

from typing import Literal

Language = Literal["polars", "pandas", "sql", "sklearn"]
Dialect = Literal["duckdb", "postgres", "spark", "bigquery", "snowflake"]
