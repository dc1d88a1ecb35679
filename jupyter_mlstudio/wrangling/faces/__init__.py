"""The faces of a recipe: the same verbs and expressions as Polars, pandas, SQL and a plain function of a row."""
