"""The six systems of a shop over HTTP and JSON: the contract is `CONTRACT.md` beside this file."""
