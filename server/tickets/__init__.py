"""Historical tickets: a team's export read with a mapping, beside it the facts of the systems as they were known then."""
