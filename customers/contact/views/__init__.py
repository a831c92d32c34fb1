"""Pages about contact: a customer's own page, providers' reports, settings, and the outbox."""
