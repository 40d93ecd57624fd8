"""Rules for boilerplate, and the trained model that judges lines which a site puts around a text."""
