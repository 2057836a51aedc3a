"""The doors: HTTP, Slack, console, command line, worker and replay, and the one place where all is wired together."""
