"""Records runs while they are being made."""
