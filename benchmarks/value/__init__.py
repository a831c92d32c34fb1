"""The models of buying beside other libraries, and on pasts that are known."""
