"""The last step: everything that a run decided becomes one bundle, written at once."""
