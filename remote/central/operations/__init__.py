"""One file per kind of request. Each function runs inside one transaction."""
