"""Names, places and scales of the invented projects."""

from dataclasses import dataclass
from decimal import Decimal
from random import Random

from projects.demo import words
from projects.demo.kinds import Kind


@dataclass(frozen=True)
class Named:
    name: str
    scale: str
    town: str
    location: str
    longitude: Decimal
    latitude: Decimal


class Namer:
    """Draws names that are not yet taken; owners lend the industrial ones their brand."""

    def __init__(self, dice: Random, owners: list[str]) -> None:
        self.dice, self.owners, self.taken = dice, owners, set[str]()

    def draw(self, kind: Kind, *, owner: str = "") -> Named:
        """Rerolls until the name is new. ``owner`` is the enterprise that builds, if one does."""
        while True:
            parts = self._parts(kind, owner)
            name = self.dice.choice(kind.names).format(**parts)
            if name not in self.taken:
                break
        self.taken.add(name)
        park = next((p for p in words.PARKS if p in name), parts["park"] if kind.in_parks else "")
        town = words.TOWN_OF_PARK.get(park) or next((t for t in words.TOWNS if t in name), parts["town"])
        centre = words.PARKS[park] if park else words.TOWNS[town]
        longitude, latitude = (Decimal(c) + Decimal(self.dice.randint(-14000, 14000)).scaleb(-6) for c in centre)
        road = next((r for r in words.ROADS if r in name), parts["road"])
        where = f"{town}{road}{self.dice.choice(('东侧', '西侧', '南侧', '北侧', '沿线'))}"
        location = f"{park}{road}{self.dice.randint(1, 188)}号地块" if park else where
        return Named(name, kind.scales[0].format(**parts), town, location, longitude, latitude)

    def _parts(self, kind: Kind, owner: str) -> dict[str, str]:
        dice = self.dice
        road, road_from, road_to = dice.sample(words.ROADS, 3)
        town, town_to = dice.sample(list(words.TOWNS), 2)
        product = dice.choice(list(words.PRODUCTS))
        seats = dice.randint(4, 26) * 45
        return {
            "brand": owner[:2] or dice.choice(self.owners)[:2],
            "product": product,
            "unit": words.PRODUCTS[product],
            "quantity": str(dice.choice((60, 80, 120, 150, 200, 240, 300, 500, 800))),
            "park": dice.choice(list(words.PARKS)),
            "ordinal": dice.choice(words.ORDINALS),
            "quarter": dice.choice(words.QUARTERS),
            "line": dice.choice(words.LINES),
            "river": dice.choice(words.RIVERS),
            "road": road,
            "road_from": road_from,
            "road_to": road_to,
            "town": town,
            "town_to": town_to,
            "acres": str(dice.randint(18, 260)),
            "area": f"{dice.randint(8, 168) / 10:.1f}",
            "output": f"{dice.randint(12, 260) / 10:.1f}",
            "number": str(dice.randint(1, 6)),
            "machines": str(dice.randint(12, 96)),
            "percent": str(dice.randint(15, 60)),
            "drop": str(dice.randint(6, 24)),
            "length": f"{dice.randint(8, 196) / 10:.1f}",
            "width": str(dice.choice((18, 24, 30, 36, 42))),
            "lanes": dice.choice(("二", "四", "六")) if "道" in kind.industry else str(dice.randint(2, 6)),
            "classes": str(seats // 45),
            "seats": str(seats),
            "beds": str(dice.choice((80, 120, 180, 200, 300, 500))),
        }
