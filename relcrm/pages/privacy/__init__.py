"""The privacy desk: requests, packages, retention and breaches, joined over all apps."""
