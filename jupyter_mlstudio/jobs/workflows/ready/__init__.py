"""Ready-made nodes: the studio's own verbs, each as a notebook that is written from its options."""
