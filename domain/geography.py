"""Points on the earth and the distance between them."""

from dataclasses import dataclass
from math import asin, cos, radians, sin, sqrt

EARTH_RADIUS_KM = 6371.0088  # The mean radius, IUGG.


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """Degrees: `lat` -90 to 90, `lon` -180 to 180."""

    lat: float
    lon: float

    def distance_km(self, other: "Point") -> float:
        """Along the great circle (haversine): right across the antimeridian and near the poles."""
        lat1, lat2 = radians(self.lat), radians(other.lat)
        half_lat = sin((lat2 - lat1) / 2) ** 2
        half_lon = sin(radians(other.lon - self.lon) / 2) ** 2
        chord = half_lat + cos(lat1) * cos(lat2) * half_lon
        return 2 * EARTH_RADIUS_KM * asin(sqrt(min(1.0, chord)))
