"""Moves an HTTP API's routes out of its OpenAPI body; docs/adr/0003-routes-in-ministack.md says why."""

from collections.abc import Iterator, Mapping
from typing import Any

Resource = dict[str, Any]
_GATEWAY = "x-amazon-apigateway"
_OF_AN_IMPORT = frozenset({"Body", "FailOnWarnings"})


def routes_as_resources(template: Mapping[str, Any]) -> dict[str, Any]:
    """The same SAM-transformed template, with every HTTP API's body as Route, Integration and Authorizer resources."""
    resources: dict[str, Resource] = {}
    for logical_id, resource in template["Resources"].items():
        if resource["Type"] != "AWS::ApiGatewayV2::Api":
            resources[logical_id] = resource
            continue
        properties = {name: value for name, value in resource["Properties"].items() if name not in _OF_AN_IMPORT}
        resources[logical_id] = resource | {"Properties": {"ProtocolType": "HTTP", **properties}}
        body = resource["Properties"]["Body"]
        resources |= dict(_authorizers(logical_id, body))
        resources |= dict(_routes(logical_id, body))
    return {**template, "Resources": resources}


def _authorizers(api: str, body: Mapping[str, Any]) -> Iterator[tuple[str, Resource]]:
    for name, scheme in body.get("components", {}).get("securitySchemes", {}).items():
        authorizer = scheme[f"{_GATEWAY}-authorizer"]
        jwt = authorizer["jwtConfiguration"]
        properties = {
            "ApiId": {"Ref": api},
            "Name": name,
            "AuthorizerType": authorizer["type"].upper(),
            "IdentitySource": [authorizer["identitySource"]],
            "JwtConfiguration": {"Issuer": jwt["issuer"], "Audience": jwt["audience"]},
        }
        yield _authorizer_id(api, name), {"Type": "AWS::ApiGatewayV2::Authorizer", "Properties": properties}


def _routes(api: str, body: Mapping[str, Any]) -> Iterator[tuple[str, Resource]]:
    operations = [
        (f"{method.upper()} {path}", operation)
        for path, methods in body["paths"].items()
        for method, operation in methods.items()
    ]
    for number, (route_key, operation) in enumerate(operations):
        described = operation[f"{_GATEWAY}-integration"]
        integration = f"{api}Integration{number}"
        properties = {
            "ApiId": {"Ref": api},
            "IntegrationType": described["type"].upper(),
            "IntegrationUri": described["uri"],
            "PayloadFormatVersion": described["payloadFormatVersion"],
        }
        yield integration, {"Type": "AWS::ApiGatewayV2::Integration", "Properties": properties}
        route = {
            "ApiId": {"Ref": api},
            "RouteKey": route_key,
            "Target": {"Fn::Sub": f"integrations/${{{integration}}}"},
            **_authorization(api, operation),
        }
        yield f"{api}Route{number}", {"Type": "AWS::ApiGatewayV2::Route", "Properties": route}


def _authorization(api: str, operation: Mapping[str, Any]) -> Resource:
    for requirement in operation.get("security", []):
        for name in requirement:
            if name != "NONE":
                return {"AuthorizationType": "JWT", "AuthorizerId": {"Ref": _authorizer_id(api, name)}}
    return {"AuthorizationType": "NONE"}


def _authorizer_id(api: str, name: str) -> str:
    return f"{api}Authorizer{name}"
