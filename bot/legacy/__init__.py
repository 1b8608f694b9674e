"""Bringing over what learners had with the predecessor."""
