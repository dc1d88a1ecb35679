"""What is in the files of a run, in a form that can be looked at without opening them."""
