"""What authors run by hand."""
