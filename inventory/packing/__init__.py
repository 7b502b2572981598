"""Which box: pure, so that every caller proposes alike."""
