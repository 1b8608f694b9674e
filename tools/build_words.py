"""Write bot/languages/words.tsv: the frequent forms of six languages with their frequency and their lemmas.

Run by hand when the table is to change (`pip install -e '.[dev]'`, then `python -m tools.build_words`); the bot itself
needs neither wordfreq nor simplemma. The file is sorted by bytes, one folded spelling a line, so that it can be
searched in place without being loaded:

    esta<TAB>es esta 61 este estar<TAB>es está 62 estar<TAB>pt esta 60 este

A field is a language, a spelling, its frequency (ten times the Zipf value) and the lemmas that are not the word itself.
"""

from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import simplemma
from wordfreq import top_n_list, zipf_frequency

from bot.scenarios.text import fold, words

TARGET = Path(__file__).parent.parent / "bot" / "languages" / "words.tsv"
SIZES = {"es": 40_000, "fr": 40_000, "en": 40_000, "de": 20_000, "it": 20_000, "pt": 20_000}
SHORTEST_STEM = 2
FREQUENT = 3.7  # A rule may only lead to an infinitive that is this frequent.
# simplemma gives one lemma a form; these endings find the verb in "como" or "bebida", which it takes for other words.
VERBS = {
    "es": {
        "ar": "o as a amos áis an é aste ó aron aba abas aban aré ará arán aría arías ando ado e es en",
        "er": "o es e emos éis en í iste ió ieron ía ías ían eré erá erán ería erías iendo ido a as an",
        "ir": "o es e imos ís en í iste ió ieron ía ías ían iré irá irán iría irías iendo ido a as an",
    },
    "fr": {
        "er": "e es ons ez ent é ée ais ait ions iez aient erai eras era erons erez eront erais erait ant",
        "ir": "is it issons issez issent i ais ait irai iras ira irons irez irais irait",
        "re": "s ons ez ent u ais ait rai ras ra rons rez rais rait",
    },
    "it": {
        "are": "o i a iamo ate ano ato ata erò erei ava",
        "ere": "o i e iamo ete ono uto erò erei eva",
        "ire": "o i e iamo ite ono ito irò irei iva",
    },
    "pt": {
        "ar": "o as a amos am ei ou ava aria ado ando",
        "er": "o es e emos em i eu ia eria ido endo",
        "ir": "o es e imos em i iu ia iria ido indo",
    },
    "en": {"": "s es ed ing", "e": "es ed ing"},
}


def main() -> None:
    """Write the file and say how large it is."""
    lines: dict[str, list[str]] = defaultdict(list)
    for language, size in SIZES.items():
        listed = top_n_list(language, size)
        forms = [form for form in listed if words(form) == (form,) and form.replace("'", "").isalpha()]
        infinitives = frozenset(form for form in forms if zipf_frequency(form, language) >= FREQUENT)
        for form in forms:
            zipf = round(10 * zipf_frequency(form, language))
            field = " ".join((language, form, str(zipf), *lemmas(form, language, infinitives)))
            lines[fold(form)].append(field)
    rows = sorted("\t".join((folded, *fields)).encode() for folded, fields in lines.items())
    TARGET.write_bytes(b"\n".join(rows) + b"\n")
    print(f"{TARGET.name}: {len(rows)} spellings, {TARGET.stat().st_size} bytes")


def lemmas(form: str, language: str, infinitives: frozenset[str]) -> tuple[str, ...]:
    """Return what a form may be a form of, itself left out."""
    found = {simplemma.lemmatize(form, language).casefold(), *by_rule(form, language, infinitives)}
    return tuple(sorted(lemma for lemma in found - {form} if " " not in lemma))


def by_rule(form: str, language: str, infinitives: frozenset[str]) -> Iterator[str]:
    """Yield the verbs of which a regular ending makes the form one."""
    for infinitive, endings in VERBS.get(language, {}).items():
        for ending in endings.split():
            stem = form.removesuffix(ending)
            verb = stem + infinitive
            fits = len(form) > len(stem) >= SHORTEST_STEM and verb in infinitives
            if fits and simplemma.lemmatize(verb, language) == verb:
                yield verb


if __name__ == "__main__":
    main()
