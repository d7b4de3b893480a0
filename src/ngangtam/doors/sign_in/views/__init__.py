"""Pages of this room: the gate, one's own account, its second steps, other people's accounts."""
