"""Facts about the chat in a terminal."""
