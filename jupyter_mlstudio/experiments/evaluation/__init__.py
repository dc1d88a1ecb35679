"""What charts show: predictions held against the truth, and what params do to a metric."""
