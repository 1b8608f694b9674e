"""Checks of every promise the tables make, and what can be rebuilt where one is broken."""
