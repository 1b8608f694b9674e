"""Thin: unpack an update, run one use case, show its view."""
