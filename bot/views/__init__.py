"""Pure functions from a result to a reply; every word a learner reads is worded here."""
