"""``python -m casework.cli``: the same commands, for a process that starts another."""

from casework.cli import main

main()
