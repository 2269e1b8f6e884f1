"""What is kept: tables, and moves over them that return domain objects. No network, no chat."""
