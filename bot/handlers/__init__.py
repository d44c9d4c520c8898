"""What people ask for in Telegram, one file each."""
