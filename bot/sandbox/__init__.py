"""Stands in for the outside world: a Bot API server on this machine, and the phones that talk to it."""
