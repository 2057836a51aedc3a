"""The ground floor: typed state, rules, policy and the map. Pure: no network, no disk, no model."""
