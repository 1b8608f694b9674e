"""What an operator does with the data: keep it, bring it back, look it over."""
