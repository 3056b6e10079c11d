"""Reading: tables into rows and facts; nothing here writes."""
