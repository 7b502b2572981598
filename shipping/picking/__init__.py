"""How a set of parcels is divided into walks. Pure."""
