"""The back office (Django admin): one site, one way in, one kind of list for every table."""
