"""What cards and terminals' journals say about money, compared with what the centre has written down."""
