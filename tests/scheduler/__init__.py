"""Facts about the clock and the memory."""
