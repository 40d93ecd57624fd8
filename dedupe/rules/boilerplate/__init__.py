"""The learned judge of lines that a site puts around a text."""
