"""Promises: what customers are told they can count on, tested against what happened."""
