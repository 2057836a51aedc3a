"""The embedded shop: all six backends in one SQLite file, for demo, tests, replay and small installations."""
