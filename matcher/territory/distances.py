"""Distance between two points of the Earth."""

from math import asin, cos, radians, sin, sqrt

EARTH_RADIUS_KM = 6371.0088


def great_circle_km(
    latitude_a: float, longitude_a: float, latitude_b: float, longitude_b: float
) -> float:
    """Distance as the crow flies, in km, between two points in degrees (haversine)."""
    phi_a, phi_b = radians(latitude_a), radians(latitude_b)
    half_latitude = sin((phi_b - phi_a) / 2)
    half_longitude = sin(radians(longitude_b - longitude_a) / 2)
    chord = half_latitude**2 + cos(phi_a) * cos(phi_b) * half_longitude**2
    return 2 * EARTH_RADIUS_KM * asin(min(1.0, sqrt(chord)))
