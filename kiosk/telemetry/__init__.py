"""What this terminal tells of itself: facts in the journal's file, masked log lines, figures. No personal data."""
