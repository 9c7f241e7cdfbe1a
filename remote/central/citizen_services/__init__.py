"""What a citizen may see of herself, and her e-vouchers (facts/journeys.md J21, facts/domain.md 2.3)."""
