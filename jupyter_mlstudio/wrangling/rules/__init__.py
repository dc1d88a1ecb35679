"""Validation rules: what a table must be like, checked in one pass, kept with the recipe, exported as pandera."""
