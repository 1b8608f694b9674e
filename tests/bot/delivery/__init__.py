"""Facts about delivery."""
