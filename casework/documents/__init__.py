"""Ink and paper: values in, bytes out. Knows no database and no web."""
