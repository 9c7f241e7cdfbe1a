"""What the pages show, read from the centre's tables: plain functions on a connection, nothing of HTTP, nothing personal."""
