"""Tests read English, whatever the language of whoever runs them."""

from __future__ import annotations

import os

os.environ["LANGUAGE"] = "en"
