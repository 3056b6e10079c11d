"""The rules: plain data in, plain data out. No I/O, no framework, no "now"."""
