"""Shared protocol pieces that more than one network speaks."""
