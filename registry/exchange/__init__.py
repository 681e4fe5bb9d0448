"""Tables in and out: reading the sheets people keep, and importing them as one transaction."""
