"""Which of the executed cells a result depends on."""
