"""HTTP/1.1 for one endpoint: connections, requests, answers. It knows nothing of models."""
