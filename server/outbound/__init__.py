"""Effects on their way to the shop's helpdesk: signed, in order per case, until they have arrived."""
