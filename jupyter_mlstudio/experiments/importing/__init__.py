"""Takes in what other tools have recorded."""
