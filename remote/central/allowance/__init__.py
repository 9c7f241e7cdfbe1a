"""The yearly certification of people of 80 and more: rules, and the two acts (facts/domain.md 4, facts/journeys.md J9)."""
