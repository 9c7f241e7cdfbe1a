"""The terminal's identity at the centre: its key, the one-time code that makes it known, and the signature on each request.

`signing` and `code` are shared by both ends; the centre's side is remote/central/enrolment.
"""
