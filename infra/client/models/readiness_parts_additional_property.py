from typing import Literal

ReadinessPartsAdditionalProperty = Literal["down", "up"]

READINESS_PARTS_ADDITIONAL_PROPERTY_VALUES: set[ReadinessPartsAdditionalProperty] = {
    "down",
    "up",
}


def check_readiness_parts_additional_property(value: str) -> ReadinessPartsAdditionalProperty:
    if value in READINESS_PARTS_ADDITIONAL_PROPERTY_VALUES:
        return value
    raise TypeError(
        f"Unexpected value {value!r}. Expected one of {READINESS_PARTS_ADDITIONAL_PROPERTY_VALUES!r}"
    )
