"""The quality and insights report: what is wrong with a table, how bad it is, and the steps that mend it."""
