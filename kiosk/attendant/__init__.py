"""What the attendant with the key and the box of blank cards does, screen by screen (facts/journeys.md O1-O7, O13, O14)."""
