"""The one device there is."""


def only_cpu(device):
    """Raises for any device but 'cpu' (None stands for it)."""
    if device is not None and device != "cpu":
        raise ValueError(f"Device not understood. Only \"cpu\" is allowed, but received: {device!r}")
