"""Telling the history of relationships from what happened: months, changes, their reasons."""
