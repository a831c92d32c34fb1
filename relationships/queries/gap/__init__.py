"""What the gap reads: stated wishes, sums for pages, what followed a gap."""
