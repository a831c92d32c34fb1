"""What is known about contact: consents as they stand, verdicts, and what waits in the outbox."""
