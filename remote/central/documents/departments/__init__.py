"""The departments behind the centre, simulated: the same person always has the same history, lengthened month by month.

A real city puts its own functions of the same shape here (remote/central/seams.py is about telling; this is about asking).
Nothing here is random at run time: everything hangs on the person's reference and the day.
"""
