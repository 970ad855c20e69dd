"""Parameters and answers as CloudTrail writes them: first letters lower, blobs and secrets left out."""

import datetime


def camel(name: str) -> str:
    """CloudTrail lowers the first letter and no other: s3Bucket, but also kMSKeyArn and uUID."""
    return name[:1].lower() + name[1:]


def _date(value) -> str:
    if not isinstance(value, datetime.datetime):
        return str(value)
    hour = value.hour % 12 or 12
    return value.strftime(f"%b {value.day}, %Y {hour}:%M:%S ") + ("AM" if value.hour < 12 else "PM")


def _keeps(shape) -> bool:
    return shape.type_name != "blob" and not shape.metadata.get("sensitive")


def recorded(shape, value):
    """A value of this shape as the record shows it."""
    if value is None:
        return None
    if shape.type_name == "structure" and isinstance(value, dict):
        return {camel(name): recorded(member, value[name]) for name, member in shape.members.items()
                if name in value and value[name] is not None and _keeps(member)}
    if shape.type_name == "list" and isinstance(value, (list, tuple)):
        return [recorded(shape.member, item) for item in value]
    if shape.type_name == "map" and isinstance(value, dict):
        return {key: recorded(shape.value, item) for key, item in value.items()}
    if shape.type_name == "timestamp":
        return _date(value)
    return value
