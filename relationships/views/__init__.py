"""Pages about relationships: map, types, value, personae."""
