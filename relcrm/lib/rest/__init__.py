"""What a REST API needs and no framework gives: keyset pages, strict input, versions of a row."""
