"""Releases: made, kept with their proof, and proved again."""

from iomld.releasing.making import Released, release
from iomld.releasing.proving import Verification, verify
from iomld.releasing.writing import CHANGES, HASH, INPUTS

__all__ = ["CHANGES", "HASH", "INPUTS", "Released", "Verification", "release", "verify"]
