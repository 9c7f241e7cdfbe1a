"""The senior-card rules: plain functions on typed data, and the effective-dated file they read."""
