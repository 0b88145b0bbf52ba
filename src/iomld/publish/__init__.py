"""Files and stores out."""

from iomld.publish.folder import Staging

__all__ = ["Staging"]
