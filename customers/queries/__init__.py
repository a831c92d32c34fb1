"""Reads that span models: what pages and the API ask for."""
