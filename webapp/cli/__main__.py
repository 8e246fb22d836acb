"""`python -m webapp.cli` is `kbcrm`."""

from webapp.cli import main

main(prog_name="kbcrm")
