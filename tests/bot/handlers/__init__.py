"""Which update goes to which use case."""
