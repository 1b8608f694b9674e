"""What an outside writer of answers may see of a scene: what is said and asked for, and none of what is accepted."""

from collections.abc import Iterator

from bot.scenarios.scene import Scene


def sheet(scene: Scene) -> Iterator[str]:
    """Yield the lines of the sheet: partner lines with their translation, tasks, intents by meaning, slot ids."""
    yield f"# {scene.title} ({scene.cefr}); partner = {scene.partner}, learner = {scene.story.roles.learner}"
    for turn_id in scene.turns:
        yield f"\n## turn {turn_id}"
        yield from _situation(scene, turn_id)
        yield f"   task: {scene.task(turn_id)}"
        yield "   intents (labels only):"
        for intent, lines in scene.words_of(turn_id).model.items():
            meant = "; ".join(scene.line(text_id).translation for text_id in lines)
            yield f"     - {intent}: e.g. meaning: {meant}"
    yield "\n## slots (labels only)"
    for slot, entities in scene.story.entities.items():
        yield f"   {slot}: {', '.join(entities)}"


def _situation(scene: Scene, turn_id: str) -> Iterator[str]:
    stage = scene.stage(turn_id)
    if stage is not None:
        yield f"   (partner silent) stage: {stage}"
    for text_id in scene.words_of(turn_id).say or {}:
        line = scene.line(text_id)
        yield f"   partner says: {line.text}   [{line.translation}]"
