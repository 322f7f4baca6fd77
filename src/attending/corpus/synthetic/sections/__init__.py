"""One module for each part of a discharge summary; each function writes the body of one section."""
