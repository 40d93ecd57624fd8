"""The memory of all documents ever accepted, in one file and without their texts: what came before."""
