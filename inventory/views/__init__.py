"""Pages of goods and places."""
