"""Forms of goods and places: shape only, rules are in services."""
