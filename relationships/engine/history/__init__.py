"""Relationships over time: what turned them, how they move together, what came before a move."""
