"""分布示意: where the projects lie and how they are lit."""

from django.urls import reverse

from config.pages.dashboard.asked import Asked
from reports.charts import sketch_map
from reports.charts.chart import Chart
from scheduling.models import Light

_FLAGGED = {Light.RED}


def sketch(asked: Asked) -> Chart:
    rows = asked.seen.filter(pk__in=asked.states.projects()).order_by("pk")
    found = list(rows.values_list("pk", "code", "name", "longitude", "latitude"))
    shown = asked.states.shown([row[0] for row in found])
    spots = tuple(
        sketch_map.Spot(
            name,
            longitude,
            latitude,
            shown[key].light.lower(),
            reverse("project_detail", args=[code]),
            is_flagged=shown[key].light in _FLAGGED,
        )
        for key, code, name, longitude, latitude in found
        if longitude is not None and latitude is not None
    )
    return sketch_map.chart(sketch_map.Sketch(spots, unplaced=len(found) - len(spots)))
