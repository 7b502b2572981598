"""Worth of pieces: pure arithmetic over movements, no rows, no clock."""
