"""Points on the earth and the distance between them."""

from dataclasses import dataclass
from math import asin, ceil, cos, radians, sin, sqrt

EARTH_RADIUS_KM = 6371.0088  # The mean radius, IUGG.

# A bicycle in town, measured along the straight line that the ride itself is not.
RIDING_KMH = 12.0


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

    def ride_minutes(self, other: "Point") -> int:
        """How long a courier takes, minutes begun."""
        return ceil(self.distance_km(other) / RIDING_KMH * 60)
