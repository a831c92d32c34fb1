"""The pages that span every app."""
