"""The demo company: an invented shop, loaded like a real one and labelled as simulated."""
