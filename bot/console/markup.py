"""Telegram's HTML as terminal styles: what is bold there is bold here, a spoiler stands dim in brackets."""

from html.parser import HTMLParser

from rich.text import Text

_STYLES = {
    "b": "bold", "strong": "bold", "i": "italic", "em": "italic", "u": "underline", "ins": "underline",
    "s": "strike", "strike": "strike", "del": "strike", "code": "cyan", "pre": "cyan", "a": "underline",
    "tg-spoiler": "dim",
}  # fmt: skip
_BAR = "│ "
# Terminals order words by themselves and show these marks as boxes.
_ISOLATES = dict.fromkeys(map(ord, "\u2066\u2067\u2068\u2069"))


def styled(html: str) -> Text:
    """Return a message as a terminal shows it."""
    reader = _Reader()
    reader.feed(html.translate(_ISOLATES))
    reader.close()
    return reader.text


class _Reader(HTMLParser):
    """Collects text and styles; HTML that is broken reads as what is left of it."""

    def __init__(self) -> None:
        super().__init__()
        self.text = Text()
        self._open: list[str] = []
        self._quote_ended = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Open a style."""
        self._open.append("tg-spoiler" if ("class", "tg-spoiler") in attrs else tag)
        if tag == "blockquote":
            self._put(_BAR if self._at_line_start() else f"\n{_BAR}")
        elif self._open[-1] == "tg-spoiler":
            self._put("[")

    def handle_endtag(self, tag: str) -> None:
        """Close the style that was opened last."""
        if not self._open:
            return
        if self._open[-1] == "tg-spoiler":
            self._put("]")
        self._quote_ended = self._quote_ended or self._open[-1] == "blockquote"
        self._open.pop()

    def handle_data(self, data: str) -> None:
        """Take text in the styles that are open."""
        if "blockquote" in self._open:
            data = data.replace("\n", f"\n{_BAR}")
        elif self._quote_ended:
            data = data if data.startswith("\n") else f"\n{data}"
            self._quote_ended = False
        self._put(data)

    def _put(self, text: str) -> None:
        self.text.append(text, " ".join(dict.fromkeys(_STYLES[tag] for tag in self._open if tag in _STYLES)) or None)

    def _at_line_start(self) -> bool:
        return not self.text or self.text.plain.endswith("\n")
