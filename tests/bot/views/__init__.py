"""What a result looks like as a message."""
