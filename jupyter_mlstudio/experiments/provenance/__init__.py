"""Where a run comes from: its notebook, the cells, the environment and the data, kept so that it can be had again."""
