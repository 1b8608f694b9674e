"""Reading single values of the old file: what is absent is told from what cannot be read."""

import json
import math
import re
import unicodedata
from collections.abc import Mapping
from datetime import UTC, datetime, tzinfo
from functools import cache
from typing import Any

from babel import Locale

MOST = 1_000_000_000  # more than any counter of one learner, less than a database's whole number holds
_MILLISECONDS = 100_000_000_000  # seconds since 1970 reach this in the year 5138
_YEARS = range(1970, 2101)
_NUMBER = re.compile(r"[+-]?\d+(\.\d+)?")
# Languages people wrote by name or by an older code; their names in English come from the locale data.
_SPOKEN = ("en", "es", "fr", "de", "it", "pt", "zh", "ja")
_THREE_LETTERS = {
    "eng": "en", "spa": "es", "fra": "fr", "fre": "fr", "deu": "de", "ger": "de", "ita": "it", "por": "pt",
    "zho": "zh", "chi": "zh", "jpn": "ja",
}  # fmt: skip
_OTHER_NAMES = {"castellano": "es", "castilian": "es", "mandarin": "zh"}


class UnusableError(Exception):
    """A row cannot be brought over; the text says why."""


def text(value: Any, *, longest: int = 4000) -> str:
    """Return a text without what no database takes, its spaces made single; absent is empty."""
    if value is None:
        return ""
    # JSON can spell half a character, which no database takes.
    whole = str(value).replace("\0", "").encode("utf-8", "replace").decode("utf-8")
    words = unicodedata.normalize("NFC", whole).split()
    found = " ".join(words)
    return found if len(found) <= longest else found[: longest - 1] + "…"


def number(value: Any, name: str) -> float | None:
    """Return a finite number, or nothing where none is given."""
    said = value.strip() if isinstance(value, str) else value
    if said is None or said == "":
        return None
    try:
        found = float(said)
    except (TypeError, ValueError):
        raise UnusableError(f"{name} is not a number") from None
    if not math.isfinite(found):
        raise UnusableError(f"{name} is not a number")
    return found


def count(value: Any, name: str) -> int:
    """Return a whole number from 0 up; absent is 0."""
    found = number(value, name) or 0
    if not 0 <= found <= MOST:
        raise UnusableError(f"{name} is out of range")
    return int(found)


def flag(value: Any) -> bool:
    """Return whether something holds; absent holds."""
    return str("" if value is None else value).strip().casefold() not in {"0", "0.0", "false", "f", "no", "n"}


def instant(value: Any, name: str, zone: tzinfo) -> datetime | None:
    """Return an instant in UTC; one written without its zone is taken to be of `zone`."""
    said = str("" if value is None else value).strip()
    if not said or said.casefold() in {"null", "none"}:
        return None
    try:
        found = _since_1970(float(said)) if _NUMBER.fullmatch(said) else datetime.fromisoformat(said)
        there = found if found.tzinfo else found.replace(tzinfo=zone)
        at = there.astimezone(UTC)
    except (ValueError, OverflowError, OSError):
        raise UnusableError(f"{name} is not a time") from None
    if at.year not in _YEARS:
        raise UnusableError(f"{name} is out of range")
    return at


def _since_1970(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds / 1000 if abs(seconds) >= _MILLISECONDS else seconds, UTC)


def language(value: Any) -> str | None:
    """Return the two-letter code of a language however it was written: es, es-ES, spa, Spanish, español."""
    said = text(value).casefold()
    if not said:
        return None
    code = re.split(r"[-_]", said)[0]
    code = _THREE_LETTERS.get(code, code)
    names = _language_names()
    found = code if code in names.values() else names.get(said)
    if found is None:
        raise UnusableError("the language is unknown")
    return found


@cache
def _language_names() -> Mapping[str, str]:
    """Return codes by the names of languages, in English and, of those the predecessor taught, in their own."""
    english = {name.casefold(): code for code, name in Locale("en").languages.items()}
    own = {(Locale(code).get_language_name() or code).casefold(): code for code in _SPOKEN}
    return {**english, **own, **_OTHER_NAMES}


def texts(value: Any) -> tuple[list[str], bool]:
    """Return the texts of a JSON list; false means that it could not be read as one and must be kept as it is."""
    said = text(value)
    if said in {"", "null", "{}"}:
        return [], True
    try:
        found = json.loads(said)
    except ValueError:
        return [], False
    if isinstance(found, str):
        found = [found]
    if not isinstance(found, list):
        return [], False
    return [text(one) for one in found if isinstance(one, str | int | float) and text(one)], True


def absent(value: Any) -> bool:
    """Tell whether a value says nothing: null, or an empty text or list, which real files have in its place."""
    return value is None or (isinstance(value, str) and value.strip() in {"", "[]", "{}", "null"})


def document(value: Any) -> Any:
    """Return a JSON value as data, and what is not JSON as the text it is; absent is nothing."""
    said = text(value)
    if said in {"", "null", "{}", "[]"}:
        return None
    try:
        return plain(json.loads(said))
    except ValueError:
        return said


def plain(value: Any) -> Any:
    """Return a value as every database's JSON takes it: finite numbers, texts without a zero character."""
    if isinstance(value, dict):
        return {text(name): plain(part) for name, part in value.items()}
    if isinstance(value, list):
        return [plain(part) for part in value]
    if value is None or isinstance(value, bool | int):
        return value
    return value if isinstance(value, float) and math.isfinite(value) else text(value)
