"""Reading files of strangers: what they are, what their columns mean, what their rows say."""
