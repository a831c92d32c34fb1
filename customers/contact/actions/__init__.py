"""What may be done about contact: consents, waivers, settings, and messages on their way out."""
