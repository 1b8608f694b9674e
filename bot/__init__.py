"""Talk with learners in Telegram and in a terminal."""
