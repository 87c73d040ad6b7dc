"""Who may do what, as it is seen from outside."""

from __future__ import annotations

from server.accounts.permissions import Rule, allows
from server.api.application import MODULES
from server.contract import Role

Route = tuple[str, str]

#: Served by the application itself.
DESCRIPTION = ("GET", "/api/openapi.json")
#: Roles of people; the others are of programs.
PEOPLE = tuple(role for role in Role if role is not Role.REPORTER)
NOBODY, NEW = "no login", "first password"


def all_routes() -> set[Route]:
    """As FastAPI has them."""
    routes = [route for module in MODULES for route in module.router.routes]
    return {(method, route.path) for route in routes for method in route.methods} | {DESCRIPTION}  # type: ignore[attr-defined]


def expected(rule: Rule, who: str) -> str:
    """By the table."""
    if rule in (Rule.ANYONE, Rule.THIS_MACHINE):
        return ""
    if rule is Rule.PROVIDER:
        return "forbidden"  # to all who show no signature, whoever they are
    if who == NOBODY:
        return "unauthorized"
    if who == NEW:
        return "" if rule is Rule.LOGIN else "passwordChangeNeeded"
    return "" if allows(rule, Role(who)) else "forbidden"
