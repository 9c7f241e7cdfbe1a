"""Is this document what it says it is? Without the network, without any key: certificates and lists are all it takes."""
