"""Where a shop's systems are, as data. Secrets are no part of it: only the names of the environment variables that hold them."""

from __future__ import annotations

from ipaddress import ip_address
from typing import Annotated, Any
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

VariableName = Annotated[str, Field(pattern=r"^[A-Z][A-Z0-9_]{0,99}$")]


def _usable(url: str) -> str:
    try:
        parts = urlsplit(url)
        port_is_fine = parts.port is None or parts.port > 0
    except ValueError:
        raise ValueError("is no address") from None
    if parts.scheme not in {"http", "https"} or not parts.hostname or not port_is_fine:
        raise ValueError("must be an address that begins with https:// (or http://)")
    if parts.username or parts.password or parts.query or parts.fragment:
        raise ValueError("must be a bare address: no user, password, query or fragment; secrets belong in the environment")
    return url.rstrip("/")


Url = Annotated[str, AfterValidator(_usable)]


class Connected(BaseModel):
    """One address of the shop. Plain HTTP is for this machine, or where it is asked for by name."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    url: Url
    plain_http: bool = False

    @model_validator(mode="after")
    def _is_not_read_on_the_way(self) -> Connected:
        if self.url.startswith("http://") and not self.plain_http and not is_this_machine(urlsplit(self.url).hostname or ""):
            raise ValueError("url must begin with https://; for plain HTTP inside a closed network set plain_http = true")
        return self


class SystemConnection(Connected):
    """One backend system."""

    token_env: VariableName | None = None
    """The variable with its bearer token; without this `WISMO_<SYSTEM>_TOKEN`."""


class ActingConnection(SystemConnection):
    """A system that may act too: OMS and carrier."""

    actions: bool = True
    """Whether it takes actions; where it does not, a human is asked to do them."""


class OutboundConnection(Connected):
    """Where replies and internal notes are delivered."""

    secret_env: VariableName = "WISMO_OUTBOUND_SECRET"


class Connections(BaseModel):
    """The systems of a shop. The OMS is always there; one that is absent is not connected. Without `support` the service's own record serves."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    oms: ActingConnection
    wms: SystemConnection | None = None
    supplier: SystemConnection | None = None
    inventory: SystemConnection | None = None
    carrier: ActingConnection | None = None
    support: SystemConnection | None = None
    outbound: OutboundConnection | None = None

    def system(self, name: str) -> SystemConnection | None:
        """The connection of a system."""
        found: Any = getattr(self, name)
        return found if isinstance(found, SystemConnection) else None


def is_this_machine(host: str) -> bool:
    """Whether a host is the machine itself."""
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False
