"""Electronic credentials as sealed OFD files: what a provincial credential library and its seal service would send, made
here for demonstrations with a root of their own. Nothing of it has legal force, and every seal says so."""
