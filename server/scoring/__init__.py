"""Scoring: what a step is expected to do, held against what it did, and what no text may tell a customer."""
