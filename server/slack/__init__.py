"""Reviews in Slack: one root message per review, its thread, buttons and replies."""
