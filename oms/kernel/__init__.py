"""The kernel: no business word in it, imports nothing of ours."""
