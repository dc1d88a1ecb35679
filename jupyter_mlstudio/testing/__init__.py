"""For our tests and for those of other stores: the contract of `Store`, as a suite."""
