"""What happens: one step per file. `nodes.table` says which stands in which room on the map in `graph.topology`."""
