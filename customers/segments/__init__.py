"""Segments: a language over everything known about customers, compiled to one statement.

Whoever knows something about customers enters it as a field; see customers.segments.fields.
"""

from customers.segments.fields import Field, Kind, Moment, Reader, register, register_source

__all__ = ["Field", "Kind", "Moment", "Reader", "register", "register_source"]
