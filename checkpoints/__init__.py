"""What is remembered: arrivals, cases, effects, the ledger, and LangGraph's checkpoints."""
