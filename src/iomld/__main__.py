"""``python -m iomld`` is ``iomld``."""

from iomld.cli import main

main()
