"""Everything a person touches: the Telegram bot and the terminal."""
