"""Looking around in a table: finding texts and values, whole cells, and what a step has changed."""
