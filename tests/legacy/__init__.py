"""Facts about what is remembered."""
