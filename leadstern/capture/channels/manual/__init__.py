"""Entered by hand by a colleague, by keyboard."""
