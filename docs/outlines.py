"""Make the outlines of countries that the maps of the pages draw.

    npm pack world-atlas@2.0.2 && tar xzf world-atlas-2.0.2.tgz
    python docs/outlines.py package/countries-50m.json

Natural Earth's countries at 1:50 million (public domain) come as TopoJSON, in which a border that two countries share
is one arc. Arcs are thinned once each, so that neighbours still meet, then cut at the edge of the map, projected and
rounded; islets go, but never a country as a whole. The same input gives the same bytes
in ``src/iomld/serve/world.json``.

Sources: TopoJSON format specification, sections 2.1 (transforms, arcs) and 2.2 (geometry objects); Šavrič, Jenny,
Patterson, Petrovič, Hurni: A Polynomial Equation for the Natural Earth Projection (2011).
"""

from __future__ import annotations

import csv
import json
import math
import sys
from itertools import pairwise
from pathlib import Path

ROOT = Path(__file__).parents[1]
WIDTH = 4000  # of the world, in units of the drawing: about 10 km at the equator
TOLERANCE = 1.2  # units that a thinned line may stray
ISLET = 30.0  # square units; smaller parts of a country are left out, its largest one never

Point = tuple[float, float]


def projected(place: Point) -> Point:
    """Longitude and latitude in the Natural Earth projection, y downwards, in units from the middle of the map."""
    longitude, phi = place[0], math.radians(place[1])
    p2 = phi * phi
    p4 = p2 * p2
    p12 = p4 * p4 * p4
    across = 0.870700 - 0.131979 * p2 - 0.013791 * p4 + p12 * (0.003971 * p2 - 0.001529 * p4)
    up = phi * (1.007226 + p2 * (0.015085 + p4 * (-0.044475 + 0.028874 * p2 - 0.005916 * p4)))
    scale = WIDTH / (2 * math.pi * 0.870700)
    return math.radians(longitude) * across * scale, -up * scale


def thinned(line: list[Point]) -> list[Point]:
    """A line with fewer points, none of those left out further from it than the tolerance (Douglas and Peucker)."""
    if len(line) < 3:
        return line
    (x1, y1), (x2, y2) = projected(line[0]), projected(line[-1])
    length = math.hypot(x2 - x1, y2 - y1)

    def off(place: Point) -> float:
        x, y = projected(place)
        if length == 0:
            return math.hypot(x - x1, y - y1)
        return abs((x2 - x1) * (y1 - y) - (x1 - x) * (y2 - y1)) / length

    place = max(range(1, len(line) - 1), key=lambda n: off(line[n]))
    if off(line[place]) <= TOLERANCE:
        return [line[0], line[-1]]
    return thinned(line[: place + 1])[:-1] + thinned(line[place:])


def size(ring: list[Point]) -> float:
    """What a closed line of longitudes and latitudes holds, in square units of the drawing."""
    total = 0.0
    for part in cut(ring):
        points = [projected(place) for place in part]
        total += abs(sum(x1 * y2 - x2 * y1 for (x1, y1), (x2, y2) in pairwise(points))) / 2
    return total


def cut(ring: list[Point]) -> list[list[Point]]:
    """A closed line of longitudes and latitudes in parts that do not cross the edge of the map."""
    turned = [ring[0]]
    for longitude, latitude in ring[1:]:
        last = turned[-1][0]
        turned.append((longitude + 360 * round((last - longitude) / 360), latitude))
    parts = []
    for west in (-540, -180, 180):
        part = clipped(clipped(turned, west, 1), west + 360, -1)
        if len(part) > 3:
            parts.append([(min(max(x - west - 180, -180.0), 180.0), y) for x, y in part])
    return parts


def clipped(ring: list[Point], edge: float, side: int) -> list[Point]:
    """What of a closed line lies east (1) or west (-1) of a meridian (Sutherland and Hodgman)."""
    kept: list[Point] = []
    for (x1, y1), (x2, y2) in zip(ring, ring[1:] + ring[:1], strict=True):
        within, after = (x1 - edge) * side >= 0, (x2 - edge) * side >= 0
        if within:
            kept.append((x1, y1))
        if within != after:
            kept.append((edge, y1 + (y2 - y1) * (edge - x1) / (x2 - x1)))
    return [*kept, kept[0]] if kept else []


def drawn(ring: list[Point]) -> str:
    """A closed line as SVG path data with whole numbers, relative to its first point."""
    points = [(round(x), round(y)) for x, y in map(projected, ring)]
    points = [point for n, point in enumerate(points[:-1]) if n == 0 or point != points[n - 1]]
    steps = [(x2 - x1, y2 - y1) for (x1, y1), (x2, y2) in pairwise(points)]
    text = " ".join(f"{dx} {dy}" for dx, dy in steps).replace(" -", "-")
    return f"M{points[0][0]} {points[0][1]}l{text}z" if steps else f"M{points[0][0]} {points[0][1]}h1v1z"


def main(source: Path) -> None:
    topology = json.loads(source.read_text(encoding="utf-8"))
    (kx, ky), (tx, ty) = topology["transform"]["scale"], topology["transform"]["translate"]
    arcs: list[list[Point]] = []
    whole: list[list[Point]] = []
    for arc in topology["arcs"]:
        x = y = 0
        line = []
        for dx, dy in arc:
            x, y = x + dx, y + dy
            line.append((x * kx + tx, y * ky + ty))
        whole.append(line)
        arcs.append(thinned(line))

    def ring(numbers: list[int], lines: list[list[Point]]) -> list[Point]:
        joined: list[Point] = []
        for number in numbers:
            line = lines[number] if number >= 0 else lines[~number][::-1]
            joined += line[1:] if joined else line
        return joined

    with (ROOT / "mappings/reference/codes.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    alpha3 = {row["code"]: row["key"] for row in rows if row["scheme"] == "iso3166-1-numeric" and not row["to"]}
    outlines: dict[str, str] = {}
    others: list[str] = []
    for geometry in topology["objects"]["countries"]["geometries"]:
        if geometry["properties"]["name"] == "Antarctica":
            continue
        polygons = geometry["arcs"] if geometry["type"] == "MultiPolygon" else [geometry["arcs"]]
        rings = [ring(one, whole) for polygon in polygons for one in polygon]
        largest = max(range(len(rings)), key=lambda n: size(rings[n]))
        path = ""
        for n, numbers in enumerate(one for polygon in polygons for one in polygon):
            if n == largest or size(rings[n]) >= ISLET:
                short = ring(numbers, arcs)
                # An islet that is all of a country keeps its form: thinning might leave a line.
                path += "".join(map(drawn, cut(short if size(short) > 0 else rings[n])))
        key = alpha3.get(geometry.get("id", ""))
        if key is None or key in outlines:
            others.append(path)
        else:
            outlines[key] = path
    document = {
        "source": "Natural Earth, Admin 0 countries, 1:50 million, through world-atlas 2.0.2",
        "licence": "public domain",
        "projection": "Natural Earth; units from the middle of the map, y downwards",
        "width": WIDTH,
        "outlines": dict(sorted(outlines.items())),
        "others": sorted(others),
    }
    out = ROOT / "src/iomld/serve/world.json"
    out.write_text(json.dumps(document, ensure_ascii=False, indent=0, separators=(",", ":")) + "\n", encoding="utf-8")
    print(f"{out.name}: {len(outlines)} countries, {out.stat().st_size:,} bytes")


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    main(Path(sys.argv[1]))
