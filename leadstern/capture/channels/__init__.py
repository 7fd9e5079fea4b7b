"""The ways in; one folder each, all through `capture.actions.receive`."""
