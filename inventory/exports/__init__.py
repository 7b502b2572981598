"""Lists about goods as columns and rows; what a role may not see is not among the columns."""
