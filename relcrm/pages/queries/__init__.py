"""What the rooms that span every app read."""
