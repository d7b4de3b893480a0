"""The shapes of what goes in and out. Days are ISO; what nobody knows is null."""
