"""The slack_escalation subgraph: what reviewers read in their channel about a review that opens, grows or ends."""
