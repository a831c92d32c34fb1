"""Keeping gaps, offers and the picture of both."""
