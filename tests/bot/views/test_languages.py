"""The two languages as a message with buttons."""

from bot.services.languages import Languages
from bot.views import languages
from bot.views.texts import Texts


def test_a_title_stands_on_its_button_as_the_author_wrote_it(english: Texts) -> None:
    known = Languages(
        target="en", native="es", targets=("en",), natives=("es",), scene_title="Tea & toast", scenario_id="tea"
    )
    (shown,) = languages.chosen(known, english)
    assert shown.keyboard[-1][0].text == "Play: Tea & toast"
