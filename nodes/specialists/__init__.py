"""The specialists: one file each, a subgraph with its own state, its own runbook and its own domain."""
