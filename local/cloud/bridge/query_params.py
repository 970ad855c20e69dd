"""The query protocol's flat names (Tags.member.1.Key) back into structures."""


def typed(shape, text: str):
    """A scalar that came as text, as what its shape says."""
    if shape.type_name == "boolean":
        return text == "true"
    if shape.type_name in ("integer", "long"):
        return int(text) if text.lstrip("-").isdigit() else text
    return text


def _members(values: dict, prefix: str) -> list:
    """The numbers that follow `prefix.` in the names, in order."""
    start = f"{prefix}."
    numbers = {name[len(start):].split(".", 1)[0] for name in values if name.startswith(start)}
    return sorted((n for n in numbers if n.isdigit()), key=int)


def _list(shape, values: dict, prefix: str):
    at = f"{prefix}.member"
    found = [_value(shape.member, values, f"{at}.{number}") for number in _members(values, at)]
    return found if found or prefix in values else None


def _value(shape, values: dict, prefix: str):
    if shape.type_name == "structure":
        found = unflatten(shape, values, f"{prefix}.")
        return found or None
    if shape.type_name == "list":
        return _list(shape, values, prefix)
    if shape.type_name == "map":
        at = f"{prefix}.entry"
        return {values.get(f"{at}.{n}.key"): values.get(f"{at}.{n}.value") for n in _members(values, at)} or None
    raw = values.get(prefix)
    return None if raw is None else typed(shape, raw)


def unflatten(shape, values: dict, prefix: str = "") -> dict:
    """The parameters that were sent, by member name. `values` holds one text for each flat name."""
    if shape is None:
        return {}
    found = {name: _value(member, values, f"{prefix}{member.serialization.get('name', name)}")
             for name, member in shape.members.items()}
    return {name: value for name, value in found.items() if value is not None}
