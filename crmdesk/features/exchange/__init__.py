"""Files in and out: tables of other programs, and our own."""
