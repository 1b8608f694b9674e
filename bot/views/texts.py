"""The words of the interface in one learner's language, through gettext; English is the source."""

import gettext
import io
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files

import orjson
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

SOURCE_LANGUAGE = "en"
_FOLDER = files("bot.locales")


@dataclass(frozen=True, kw_only=True, slots=True)
class Names:
    """How a language names days, months and languages, as tools/build_names.py wrote it down from Babel.

    Babel itself would keep all it knows of a language in memory: several megabytes for a few kilobytes of names.
    """

    weekdays: list[str]
    months: list[str]
    short_months: list[str]
    languages: dict[str, str]


class Texts:
    """Translate the interface: `_("text")`, and `_.ngettext("one", "many", n)` where a number decides."""

    def __init__(self, language: str, catalogue: gettext.NullTranslations) -> None:
        self.language = language
        self.names = Names(**orjson.loads(_FOLDER.joinpath(f"{language}.names.json").read_bytes()))
        self._catalogue = catalogue

    def __call__(self, message: str) -> str:
        """Return the message in the learner's language."""
        return self._catalogue.gettext(message)

    def ngettext(self, one: str, many: str, number: int) -> str:
        """Return the form that fits a number, with {n} filled in."""
        return self._catalogue.ngettext(one, many, number).format(n=number)


class Catalogues:
    """All languages the interface speaks; an unknown one falls back to English."""

    def __init__(self, catalogues: Mapping[str, gettext.NullTranslations]) -> None:
        self._texts = {SOURCE_LANGUAGE: Texts(SOURCE_LANGUAGE, gettext.NullTranslations())}
        self._texts |= {language: Texts(language, found) for language, found in catalogues.items()}

    @classmethod
    def load(cls) -> "Catalogues":
        """Read the catalogues that come with the program; they are compiled here, so no build step can be forgotten."""
        found = (entry for entry in _FOLDER.iterdir() if entry.name.endswith(".po"))
        return cls({entry.name[:-3]: _compiled(entry.read_bytes()) for entry in found})

    def texts(self, language: str) -> Texts:
        """Return the texts of a language, or English."""
        return self._texts.get(language, self._texts[SOURCE_LANGUAGE])

    def languages(self) -> frozenset[str]:
        """Return the languages the interface speaks."""
        return frozenset(self._texts)


def _compiled(source: bytes) -> gettext.GNUTranslations:
    binary = io.BytesIO()
    write_mo(binary, read_po(io.BytesIO(source)))
    binary.seek(0)
    return gettext.GNUTranslations(binary)
