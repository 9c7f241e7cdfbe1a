"""In front of the citizen: visits, journeys, transactions, screens, speech, and the health of the terminal."""
