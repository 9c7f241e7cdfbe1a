"""Is the one who stands here the one on the photo? Quality first, in words that help; then the comparison, here or at the
centre; and a passive look at whether a picture is held up. Never the only way: a member of staff is always the other."""
