"""Wire-level stand-ins of the platforms: as strict as the real ones, and scriptable in their faults."""
