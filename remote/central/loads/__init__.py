"""Money onto citizen cards: permitted once, proven by the card, never lost and never twice."""
