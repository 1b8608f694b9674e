"""What learners send, as every database and every message can hold it."""

REPLACEMENT = "\ufffd"


def legible(text: str | None) -> str:
    """Return the text with what is no character in any encoding (halves of a pair, NUL) shown as a replacement."""
    return (text or "").replace("\x00", REPLACEMENT).encode("utf-16", "surrogatepass").decode("utf-16", "replace")
