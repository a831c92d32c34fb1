"""The pages of this app; those that join several apps live in relcrm/pages."""
