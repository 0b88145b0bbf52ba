"""``python -m iomld`` is ``iomld``: where the command line is entered."""

import sys

__all__ = ["main"]


def main() -> None:
    """Run the command line; what stops it while it is loaded gives no traceback either."""
    try:
        from iomld.cli import main as run

        run()
    except KeyboardInterrupt:
        sys.exit(130)


if __name__ == "__main__":
    main()
