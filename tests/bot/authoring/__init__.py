"""The tools of those who write scenes."""
