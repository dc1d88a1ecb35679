"""From what came over the socket to checked rows, and from answers to what goes back."""
