"""Signing in otherwise than with the ID card (facts/journeys.md J2, X2), and what each way opens."""
