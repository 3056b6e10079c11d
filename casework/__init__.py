"""依申请公开办件系统: one application, from the counter to the year-end table."""

__version__ = "0.1.0"
