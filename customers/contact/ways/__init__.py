"""The ways out of the house: e-mail, and signed requests to a provider of SMS or social media."""
