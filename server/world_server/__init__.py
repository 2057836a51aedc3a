"""The reference server of the backend contract: a world, served over HTTP the way a shop would serve its systems."""
