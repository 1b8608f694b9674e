"""What all scenes of one language share, kept once beside the scenes and laid under every pack and gloss.

A pack's own words come first and win: where both say something under one name, the pack is heard.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bot.scenarios import compiled, wordlists
from bot.scenarios.forming import FormRules, LanguageForm
from bot.scenarios.language_files import Tongue, TongueGloss
from bot.scenarios.meaning import Meaning
from bot.scenarios.model import Asking, Gloss, Pack, Story
from bot.scenarios.reading import Unreadable, read

ROOT = Path(__file__).parent.parent / "languages"
FORM = ".form"
KEPT = "languages"


@dataclass(frozen=True, kw_only=True)
class Tongues:
    """The shared files by language, and by language and native language."""

    shared: Mapping[str, Tongue] = field(default_factory=dict)
    glosses: Mapping[tuple[str, str], TongueGloss] = field(default_factory=dict)
    stamp: str = ""

    def pack(self, pack: Pack, story: Story) -> Pack:
        """Return the pack with what its language shares; repair phrases only for those the story knows."""
        shared = self.shared.get(pack.lang) or self.shared.get(pack.lang.partition("-")[0])
        if shared is None:
            return pack
        repairs = {name: (*pack.anywhere.get(name, ()), *shared.anywhere.get(name, ())) for name in story.anywhere}
        return pack.model_copy(
            update={
                **{name: _both(pack, shared, name) for name in ("negators", "fillers", "openers", "closers")},
                "regional": {**shared.regional, **pack.regional},
                "fragments": {**shared.fragments, **pack.fragments},
                "form": shared.form,
                "meaning": _meaning(pack.meaning, shared.meaning),
                "anywhere": {**pack.anywhere, **{name: listed for name, listed in repairs.items() if listed}},
                "asking": _asking(pack.asking, shared.asking),
            }
        )

    def gloss(self, gloss: Gloss, language: str) -> Gloss:
        """Return the gloss with what speakers of its language share about the target language."""
        shared = self.glosses.get((language.partition("-")[0], gloss.lang))
        if shared is None:
            return gloss
        return gloss.model_copy(
            update={
                "politeness": _both(gloss, shared, "politeness"),
                "labels": {**shared.labels, **gloss.labels},
                "feedback": {**shared.feedback, **gloss.feedback},
                "terms": {**shared.terms, **gloss.terms},
                "words": {**shared.words, **gloss.words},
                "asking": _asking(gloss.asking, shared.asking),
            }
        )


def load_tongues(root: Path = ROOT) -> Tongues:
    """Read the shared files; they ship with the program, so one that cannot be read is a fault of the build."""
    shared: dict[str, Tongue] = {}
    glosses: dict[tuple[str, str], TongueGloss] = {}
    forms: dict[str, FormRules] = {}
    paths = sorted(root.glob("*.yaml"))
    stamp = compiled.stamp([*paths, wordlists.TABLE])
    kept = compiled.find(root, KEPT, stamp)
    files = kept[0] if kept else None
    if files is None:
        files = {path.stem: _data(path) for path in paths}
        compiled.keep(root, KEPT, stamp, files)
    for stem, data in files.items():
        if stem.endswith(FORM):
            form = LanguageForm.model_validate(data)
            forms[form.lang] = form.rules()
        elif "." in stem:
            gloss = TongueGloss.model_validate(data)
            glosses[gloss.language, gloss.lang] = gloss
        else:
            tongue = Tongue.model_validate(data)
            shared[tongue.lang] = tongue
    whole = {lang: one.model_copy(update={"form": forms.get(lang, one.form)}) for lang, one in shared.items()}
    return Tongues(shared=whole, glosses=glosses, stamp=stamp)


def _data(path: Path) -> Any:
    try:
        return read(path).data
    except Unreadable as error:
        raise ValueError(f"{path.name}: {error.message}") from error


def _meaning(own: Meaning, shared: Meaning) -> Meaning:
    """Return how the language means things, with what the pack adds."""
    if own == Meaning():
        return shared
    added = own.model_dump()
    return shared.model_copy(
        update={
            name: {**getattr(shared, name), **value} if isinstance(value, dict) else (*getattr(shared, name), *value)
            for name, value in added.items()
        }
    )


def _both(own: Pack | Gloss, shared: Tongue | TongueGloss, name: str) -> tuple[str, ...]:
    """Return both lists, each phrase once, the pack's own first."""
    return tuple(dict.fromkeys((*getattr(own, name), *getattr(shared, name))))


def _asking(own: Asking, shared: Asking) -> Asking:
    """Return both ways of asking, the pack's own first."""
    return Asking(
        **{name: tuple(dict.fromkeys((*getattr(own, name), *getattr(shared, name)))) for name in Asking.model_fields}
    )
