"""May we write to this customer, and the one way by which a message leaves the house."""
