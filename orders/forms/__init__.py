"""Forms of the order desk: shape only, rules are in services."""
