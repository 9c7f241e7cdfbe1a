"""The terminal's side of signed releases: what to run is asked, fetched, verified, unpacked into the other slot and tried."""
