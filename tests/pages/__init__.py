"""Stories of the pages that span every app."""
