"""Real workers are killed in the middle of their work; nothing is lost or done twice."""
