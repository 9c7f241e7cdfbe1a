"""Serial and USB machines: one package each. Nothing here knows the kiosk, the card, paper layouts or the network."""
