"""Measuring from outside: scenarios, scores and benchmarks."""
