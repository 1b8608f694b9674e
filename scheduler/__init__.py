"""The clock and the memory: pure rules of when something is due, and the one job that looks."""
