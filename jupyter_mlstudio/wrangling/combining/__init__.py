"""What a join would do: which keys match, and which stand more than once."""
