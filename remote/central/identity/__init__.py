"""Who stands at a terminal: comparisons of faces, a member of staff's word, pictures taken there; and for how long each holds."""
