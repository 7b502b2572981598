"""What will be sold and what to buy: pure arithmetic over daily series, no rows, no clock."""
