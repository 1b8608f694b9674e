"""Measurements, never tests: `make bench` prints ratios of one run, medians and peak memory."""
