"""What the metadata of the package says of itself."""

import re
import tomllib
from pathlib import Path

ROOT = Path(__file__).parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def test_the_licence_covers_code_and_dataset_and_both_texts_are_packed() -> None:
    assert PROJECT["project"]["license"] == "Apache-2.0 AND CC-BY-4.0"
    files = PROJECT["project"]["license-files"]
    assert files == ["LICENSE", "LICENSE-DATA"] and all((ROOT / name).is_file() for name in files)
    # the part of the dataset that makes the second licence needed
    assert {"mappings", "ontology"} <= PROJECT["tool"]["hatch"]["build"]["targets"]["wheel"]["force-include"].keys()
    # earlier ones neither read the expression nor pack the files
    [backend] = PROJECT["build-system"]["requires"]
    version = re.fullmatch(r"hatchling>=(\d+)\.(\d+)", backend)
    assert version and tuple(map(int, version.groups())) >= (1, 27)


def test_each_python_from_the_oldest_on_has_its_classifier() -> None:
    oldest = re.fullmatch(r">=3\.(\d+)", PROJECT["project"]["requires-python"])
    found = [
        int(match[1])
        for classifier in PROJECT["project"]["classifiers"]
        if (match := re.fullmatch(r"Programming Language :: Python :: 3\.(\d+)", classifier))
    ]
    assert oldest and found == list(range(int(oldest[1]), int(oldest[1]) + len(found))) and len(found) > 1
