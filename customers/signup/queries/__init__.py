"""What is known of sign-up forms and of those who signed up."""
