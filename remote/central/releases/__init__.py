"""Signed releases and bundles: published by the release manager's offline keys, rolled out in steps, stopped by failures."""
