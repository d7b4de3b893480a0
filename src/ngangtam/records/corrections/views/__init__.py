"""Pages of the room: the own file, requests, proposals, links of accounts."""
