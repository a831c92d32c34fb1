"""Primitives without models."""
