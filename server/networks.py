"""Where requests come from."""

from __future__ import annotations

from ipaddress import IPv6Address, ip_address, ip_network

#: Bits of an IPv6 address that one site has for itself (RFC 6177).
_SITE = 64


def network_of(address: str) -> str:
    """What one customer of a provider has for itself: an IPv4 address, or the first 64 bits of an IPv6 address."""
    try:
        found = ip_address(address.partition("%")[0])
    except ValueError:
        return address
    if not isinstance(found, IPv6Address):
        return str(found)
    if found.ipv4_mapped is not None:
        return str(found.ipv4_mapped)
    return str(ip_network((int(found), _SITE), strict=False))
