"""A build as calls to the rooms; what questions need, kept in a cache."""

from iomld.pipeline.building import Built, build, conformance, materialize, read_ontology
from iomld.pipeline.files import FILES, write_files
from iomld.pipeline.phases import Phases, silent
from iomld.pipeline.preparing import Prepared, keep_prepared, kept_folder, prepare, site
from iomld.pipeline.states import files_beside

__all__ = [
    "FILES",
    "Built",
    "Phases",
    "Prepared",
    "build",
    "conformance",
    "files_beside",
    "keep_prepared",
    "kept_folder",
    "materialize",
    "prepare",
    "read_ontology",
    "silent",
    "site",
    "write_files",
]
