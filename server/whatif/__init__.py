"""What another policy, or other words, would have decided on the same messages, why, and what it would have cost or saved."""
