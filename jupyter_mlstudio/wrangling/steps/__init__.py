"""All steps, one class each; a recipe holds any of them."""
