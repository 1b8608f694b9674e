"""Interface texts: English in the source, other languages in gettext catalogues beside this file."""
