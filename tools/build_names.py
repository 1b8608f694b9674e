"""Write bot/locales/<language>.names.json: how an interface language names languages, weekdays and months.

Run by hand when a catalogue is added or Babel brings newer names (`python -m tools.build_names`); a test tells when
what is written down is not what Babel says. The bot itself reads these few kilobytes: Babel would keep all that it
knows of a language in memory, which is several megabytes.
"""

import json
from collections.abc import Iterator
from itertools import product
from pathlib import Path
from string import ascii_lowercase
from typing import Any

from babel import Locale, UnknownLocaleError
from babel.dates import get_day_names, get_month_names

from bot.views.texts import SOURCE_LANGUAGE

FOLDER = Path(__file__).parent.parent / "bot" / "locales"


def main() -> None:
    """Write the names of every interface language."""
    for language in (SOURCE_LANGUAGE, *(path.stem for path in FOLDER.glob("*.po"))):
        written = json.dumps(names(language), ensure_ascii=False, indent=1)
        FOLDER.joinpath(f"{language}.names.json").write_text(f"{written}\n", encoding="utf-8")


def names(language: str) -> dict[str, Any]:
    """Return what Babel says: weekdays from Monday on, months from January on, languages by every code they have."""
    days, months = get_day_names(locale=language), get_month_names(locale=language)
    brief = get_month_names("abbreviated", locale=language)
    return {
        "weekdays": [days[number] for number in range(7)],
        "months": [months[number] for number in range(1, 13)],
        "short_months": [brief[number] for number in range(1, 13)],
        "languages": dict(sorted(_languages(language))),
    }


def _languages(language: str) -> Iterator[tuple[str, str]]:
    """Yield each code of two or three letters that Babel knows a language by, and what it calls it."""
    for letters in (*product(ascii_lowercase, repeat=2), *product(ascii_lowercase, repeat=3)):
        code = "".join(letters)
        try:
            name = Locale.parse(code).get_language_name(language)
        except (UnknownLocaleError, ValueError):
            continue
        if name:
            yield code, name


if __name__ == "__main__":
    main()
