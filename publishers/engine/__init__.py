"""The rules of publishing. Start with contract.py; nothing here names a network."""
