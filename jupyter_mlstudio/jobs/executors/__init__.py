"""Where jobs run: on this machine, on a Dask cluster, on a Ray cluster. The tables of jobs stay the only truth."""
