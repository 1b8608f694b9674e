"""What the facts about the scheduler share: laws are judged by their outcome, not by how long a machine takes."""

from hypothesis import settings

settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")
