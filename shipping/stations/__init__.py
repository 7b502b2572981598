"""What a scanned code means at each place of the floor, and what the station shows then."""
