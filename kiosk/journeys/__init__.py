"""Journeys read like the leaflet on the wall: plain async functions from top to bottom."""
