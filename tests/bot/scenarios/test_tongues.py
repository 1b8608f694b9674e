"""What every pack of a language shares is laid under the packs, and a pack's own words win."""

from bot.scenarios.library import Library
from bot.scenarios.scene import Scene
from bot.scenarios.tongues import load_tongues


def test_a_pack_has_the_manners_and_repair_phrases_of_its_language(cafe: Scene) -> None:
    shared = load_tongues().shared["es"]
    assert set(shared.openers) <= set(cafe.pack.openers)
    assert set(shared.negators) <= set(cafe.pack.negators)
    assert set(cafe.pack.anywhere) == set(cafe.story.anywhere)


def test_a_gloss_has_the_everyday_words_of_its_language(library: Library) -> None:
    gloss = library.scene("cafe_order", "es", "en").gloss
    assert gloss is not None
    assert gloss.words["euros"] == "euros"
    assert gloss.words["cerveza"] == "beer"


def test_where_both_say_something_the_pack_is_heard(cafe: Scene) -> None:
    tongues = load_tongues()
    own = cafe.pack.model_copy(update={"fragments": {"hello": "hola"}, "regional": {"papa": "pope"}})
    merged = tongues.pack(own, cafe.story)
    assert merged.fragments["hello"] == "hola"
    assert merged.regional["papa"] == "pope"
    assert merged.fragments["yes"] == tongues.shared["es"].fragments["yes"]
