"""Writing to customers: composing, proving and sending what they read."""
