"""Whole numbers in words: what an answer with digits in it would be if they were written out."""

from collections.abc import Sequence

ONES = {
    "es": "cero un dos tres cuatro cinco seis siete ocho nueve diez once doce trece catorce quince"
    " dieciseis diecisiete dieciocho diecinueve veinte veintiun veintidos veintitres veinticuatro veinticinco"
    " veintiseis veintisiete veintiocho veintinueve",
    "fr": "zero un deux trois quatre cinq six sept huit neuf dix onze douze treize quatorze quinze seize",
    "en": "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen"
    " sixteen seventeen eighteen nineteen",
}
TENS = {
    "es": "treinta cuarenta cincuenta sesenta setenta ochenta noventa",
    "fr": "vingt trente quarante cinquante soixante",
    "en": "twenty thirty forty fifty sixty seventy eighty ninety",
}
FIRST_TEN = {"es": 3, "fr": 2, "en": 2}
LARGEST = 99
TEENS_END, FOUR_SCORE = 20, 80  # French counts on from ten up to here, and by twenties from there.


def in_words(number: int, language: str) -> tuple[str, ...]:
    """Return the folded words of a number up to 99, none where the language or the number is beyond us."""
    if language not in ONES or not 0 <= number <= LARGEST:
        return ()
    ones = ONES[language].split()
    if number < len(ones):
        return (ones[number],)
    if language == "fr":
        return _french(number, ones)
    ten, one = divmod(number, 10)
    tens = TENS[language].split()
    if ten < FIRST_TEN[language]:
        return ()
    joint = ("y",) if language == "es" else ()
    return (tens[ten - FIRST_TEN[language]], *((*joint, ones[one]) if one else ()))


def spelled(words: Sequence[str], language: str) -> tuple[str, ...]:
    """Return an answer with its digits written out; what cannot be written out stays."""
    found: list[str] = []
    for word in words:
        found.extend((in_words(int(word), language) if word.isascii() and word.isdecimal() else ()) or (word,))
    return tuple(found)


def _french(number: int, ones: list[str]) -> tuple[str, ...]:
    """Count as France does: soixante et onze, quatre vingt douze."""
    tens = TENS["fr"].split()
    if number < TEENS_END:
        return ("dix", ones[number - 10])
    if number >= FOUR_SCORE:
        rest = in_words(number - FOUR_SCORE, "fr") if number > FOUR_SCORE else ()
        return ("quatre", "vingt", *rest) if rest else ("quatre", "vingts")
    ten = min(number // 10, 6)
    rest_words = in_words(number - 10 * ten, "fr") if number - 10 * ten else ()
    joint = ("et",) if rest_words in {("un",), ("onze",)} else ()
    return (tens[ten - 2], *joint, *rest_words)
