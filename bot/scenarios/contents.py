"""What stands in a story and a pack, gathered from their parts; and a story with some of its facts changed."""

from bot.scenarios.model import Change, Pack, Story


def all_texts(pack: Pack) -> dict[str, str]:
    """Return every spoken text of a pack by id."""
    found = dict(pack.asks_back)
    for lines in pack.replies.values():
        found.update(lines)
    for turn in pack.turns.values():
        found.update(turn.say or {})
        found.update(turn.say_back)
        for lines in turn.model.values():
            found.update(lines)
    return found


def slot_variables(story: Story) -> dict[str, str]:
    """Return which kind of entity each variable of a story holds."""
    found: dict[str, str] = {}
    for phase in story.phases:
        for turn in phase.turns:
            for intent in turn.hears.values():
                for effects in (intent, *intent.go):
                    for variable, value in effects.set.items():
                        if isinstance(value, str) and value.startswith("$"):
                            found[variable] = value[1:]
    return found


def with_change(story: Story, change: Change) -> Story:
    """Return a story in which some facts differ from those written."""
    told = story.entities.items()
    entities = {slot: {name: dict(facts) for name, facts in entries.items()} for slot, entries in told}
    for slot, entries in change.entities.items():
        for name, facts in entries.items():
            entities.setdefault(slot, {}).setdefault(name, {}).update(facts)
    return story.model_copy(update={"vars": {**story.vars, **change.vars}, "entities": entities})
