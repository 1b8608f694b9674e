"""What fails around the program: its disk, its database, Telegram, the clock, a deploy at the wrong moment."""
