"""The slack_escalation subgraph: a reviewer's answer is read, and held against who may decide what."""
