"""The technicians' web page: server-rendered, read from the centre's database, changed only through the centre's one writer."""
