"""Elsewhere: what an endpoint needs to answer on Ray Serve, KServe, SageMaker or in a container."""
