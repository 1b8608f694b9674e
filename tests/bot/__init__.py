"""Facts about the bot, one per test."""
