"""The simulated hall as processes: central platform, machines and network, each going on when another is killed."""
