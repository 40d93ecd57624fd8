"""Tests read English, whatever the language of whoever runs them, and take the time that they need."""

from __future__ import annotations

import os

from hypothesis import HealthCheck, settings

os.environ["LANGUAGE"] = "en"
# What imports or compiles at the first call is no slow example, nor is one beside other work.
settings.register_profile("dedupe", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("dedupe")
