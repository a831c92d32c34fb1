"""What is done with sign-up forms, and with what people typed into them."""
