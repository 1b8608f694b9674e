"""Facts about how a message looks in a terminal."""

from hypothesis import given
from hypothesis import strategies as some

from bot.console.markup import styled
from bot.views.reply import escape


def test_bold_text_is_bold() -> None:
    text = styled("a <b>café</b>")
    assert text.plain == "a café"
    assert [(span.start, span.end, str(span.style)) for span in text.spans if span.style] == [(2, 6, "bold")]


def test_a_spoiler_stands_in_brackets() -> None:
    assert styled("hola <tg-spoiler>hello</tg-spoiler>").plain == "hola [hello]"
    assert styled('<span class="tg-spoiler">hello</span>').plain == "[hello]"


def test_a_quote_has_a_bar_before_every_line() -> None:
    assert styled("Head\n<blockquote>one\ntwo</blockquote>tail").plain == "Head\n│ one\n│ two\ntail"
    assert styled("Head <blockquote>one</blockquote>\ntail").plain == "Head \n│ one\ntail"


def test_marks_of_writing_direction_are_left_out() -> None:
    assert styled("\u2068hola\u2069").plain == "hola"


@given(
    some.text(alphabet=some.characters(exclude_categories=["Cc", "Cs"], exclude_characters="\u2066\u2067\u2068\u2069"))
)
def test_escaped_text_reads_as_it_was(words: str) -> None:
    assert styled(escape(words)).plain == words


@given(some.text())
def test_no_text_breaks_the_reader(words: str) -> None:
    styled(words)
