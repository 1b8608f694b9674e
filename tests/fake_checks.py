"""What Telegram refuses: unknown parameters, texts too long, button data too big, HTML it cannot parse."""

import html
import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

METHODS: Mapping[str, Any] = json.loads((Path(__file__).parent / "data" / "bot_api_methods.json").read_text())[
    "methods"
]
MOST_UNITS = 4096
MOST_BUTTON_BYTES = 64
TAGS = {
    "a", "b", "blockquote", "code", "del", "em", "i", "ins", "pre", "s", "span",
    "strike", "strong", "tg-emoji", "tg-spoiler", "u",
}  # fmt: skip
_TAG = re.compile(r"<(/?)([A-Za-z][A-Za-z0-9-]*)((?:\s+[a-z-]+(?:=(?:\"[^\"<]*\"|'[^'<]*'|[^\s\"'<>]+))?)*)\s*>")


def fault(method: str, params: Mapping[str, Any]) -> str | None:
    """Return Telegram's description of what is wrong with a call, or nothing."""
    if method not in METHODS:
        return "Not Found: no such method"
    return next(_faults(method, params), None)


def plain(markup: str) -> str:
    """Return what a learner reads: tags gone, entities resolved, the marks of writing direction left out."""
    return re.sub("[\u2068\u2069]", "", html.unescape(_TAG.sub("", markup)))


def _faults(method: str, params: Mapping[str, Any]) -> Iterator[str]:
    known, required = METHODS[method]["parameters"], METHODS[method]["required"]
    yield from (f"there is no parameter {name}" for name in params if name not in known)
    yield from (f"parameter {name} is missing" for name in required if params.get(name) is None)
    if "text" in params and method != "answerCallbackQuery":
        yield from _text_faults(params["text"], params.get("parse_mode"))
    if method == "answerCallbackQuery" and len(params.get("text") or "") > 200:
        yield "MESSAGE_TOO_LONG"
    if params.get("reply_markup"):
        yield from _markup_faults(params["reply_markup"])


def _text_faults(text: str, mode: str | None) -> Iterator[str]:
    if mode == "HTML":
        yield from _html_faults(text)
    shown = html.unescape(_TAG.sub("", text)) if mode == "HTML" else text
    if not shown.strip():
        yield "message text is empty"
    if len(shown.encode("utf-16-le", "surrogatepass")) // 2 > MOST_UNITS:
        yield "message is too long"


def _html_faults(text: str) -> Iterator[str]:
    open_tags: list[str] = []
    for start in re.finditer("<", text):
        tag = _TAG.match(text, start.start())
        if tag is None or tag[2] not in TAGS:
            yield f"can't parse entities: unsupported start tag at byte offset {start.start()}"
        elif not tag[1]:
            open_tags.append(tag[2])
        elif not open_tags or open_tags.pop() != tag[2]:
            yield f"can't parse entities: unmatched end tag at byte offset {start.start()}"
    if open_tags:
        yield f"can't parse entities: can't find end tag corresponding to start tag {open_tags[-1]}"


def _markup_faults(markup: Any) -> Iterator[str]:
    if not isinstance(markup, dict):
        yield "object expected as reply markup"
        return
    for row in markup.get("inline_keyboard", []):
        for button in row:
            data = button.get("callback_data", "url" if button.get("url") else "")
            if not button.get("text") or not 1 <= len(data.encode()) <= MOST_BUTTON_BYTES:
                yield "BUTTON_DATA_INVALID"
