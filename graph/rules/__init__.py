"""The rules: pure functions over typed facts, one place each. Every result says which rule and which facts."""
