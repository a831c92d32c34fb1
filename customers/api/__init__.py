"""The REST door to the facts: customers, how they are recognised, what happened."""
