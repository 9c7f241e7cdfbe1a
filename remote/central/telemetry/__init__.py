"""What terminals tell of themselves, as it stands now and as it was; who is there, by the centre's clock."""
