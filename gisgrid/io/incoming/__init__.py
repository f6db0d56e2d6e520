"""Files from outside: read in a process of their own, told before they are stored, never trusted.

`parent.apart` starts the process; `worker` runs in it. What they hand each other lies in one folder
that the parent made: a job and a result as JSON, rows as Parquet. Nothing is ever unpickled.
"""
