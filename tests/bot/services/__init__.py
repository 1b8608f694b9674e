"""Laws of the use cases, on a real database and without a chat."""
