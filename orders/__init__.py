"""Orders: intake, life cycle, customers."""
