"""What talks: scenarios, use cases, views, handlers and their delivery to Telegram or a terminal."""
