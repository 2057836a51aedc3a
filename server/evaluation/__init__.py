"""Evaluation: tickets and scenarios through the real graph, scored by their labels and compared with what the humans did."""
