"""State as facts what the product promises."""
