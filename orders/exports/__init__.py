"""Lists of the order desk as files."""
