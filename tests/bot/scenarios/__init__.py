"""Facts about scenes: reading, grading, playing and scoring them."""
