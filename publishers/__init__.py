"""What publishing is: its rules, its ports, and one module per network."""
