"""Sign-up forms: hosted, embedded or by program; what they ask, and what becomes of an answer."""
