"""The checks without which no content file is used. A stub until the checks are written."""

from bot.scenarios.findings import Findings
from bot.scenarios.model import Gloss, Pack, Story
from bot.scenarios.phrasebook import Phrasebook


def check_story(story: Story, folder: str, findings: Findings) -> None:
    """Check a story by itself."""


def check_pack(pack: Pack, book: Phrasebook, story: Story, findings: Findings) -> None:
    """Check a pack against its story."""


def check_gloss(gloss: Gloss, pack: Pack, story: Story, findings: Findings) -> None:
    """Check a gloss against its pack."""
