"""What a post is and how it is fitted to a network. Pure: no asyncio, no network, no platform names."""
