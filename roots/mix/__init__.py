"""The mix: the only place where sources meet.

`settings` holds what is asked for, `plan` decides what is in, `mixing` writes the datasets.
"""
