"""Looking back: how relationships stood at months' ends, and what is still to be worked out."""
