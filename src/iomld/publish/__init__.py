"""Files and stores out."""

from iomld.publish.folder import Staging
from iomld.publish.site import replacing_site, write_site

__all__ = ["Staging", "replacing_site", "write_site"]
