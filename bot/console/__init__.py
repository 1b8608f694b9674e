"""The same bot in a terminal, without a token."""
