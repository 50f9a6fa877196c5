"""Import of contacts: files and their values, matching, and the carrying out."""
