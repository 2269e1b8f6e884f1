"""What the bot does when something happens in the chat: one module per kind of decision, listed in routing.py."""
