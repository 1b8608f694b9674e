"""What is remembered: the tables, the one place transactions happen, and named queries, one noun each."""
