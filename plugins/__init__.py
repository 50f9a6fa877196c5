"""Every folder here is a plugin, and nothing else is. Nothing imports a plugin but its own code."""
