"""Transcripts through the assembled application."""
