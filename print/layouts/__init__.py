"""Layouts: plain functions from typed data to a drawing. Pure (no device, no network), used by the centre as well."""
