"""The issuer's card keys: asked to check and to answer, never to be given."""
