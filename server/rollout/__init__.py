"""Going live step by step: the phases, who set which, and whether their exit criteria are met."""
