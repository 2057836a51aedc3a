"""Replay: scenarios through the real graph, store, scheduler and outbox; only the clock is simulated."""
