"""Pages of sign-up forms: for colleagues, and for everybody."""
