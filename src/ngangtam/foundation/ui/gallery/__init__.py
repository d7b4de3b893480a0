"""Every component in every state, for development. Names and figures are invented."""
