"""The program killed at every point of a message's way: nothing is lost and nothing comes twice."""
