"""Tokens for callers of the local system: from the deployed user pool as on AWS, or signed here where there is none."""

import secrets
from collections.abc import Mapping
from typing import TYPE_CHECKING

from common.edge.http import ORGANIZATION_ID
from local.inprocess.identity import Identity
from local.processes import LocalError
from local.running import Running
from local.stack.deploy import aws_session

if TYPE_CHECKING:
    from mypy_boto3_cognito_idp.type_defs import AttributeTypeTypeDef


def token_of(running: Running, organization: str, role: str, user: str) -> str:
    """A JWT for a user of an organization, who is made when needed. Raises LocalError."""
    if not ORGANIZATION_ID.fullmatch(organization):
        raise LocalError(f"ORG={organization!r} must be 1 to 64 letters, digits, - or _")
    if running.signing_key:
        return Identity(running.signing_key).issue(organization, role, user)
    return cognito_token(running.environment["AWS_ENDPOINT_URL"], running.outputs, organization, role, user)


def cognito_token(aws_url: str, outputs: Mapping[str, str], organization: str, role: str, user: str) -> str:
    """An ID token of the stack's user pool; `outputs` are the stack's."""
    cognito = aws_session().client("cognito-idp", endpoint_url=aws_url)
    pool, client = outputs["UserPoolId"], outputs["UserPoolClientId"]
    name, password = f"{organization}.{user}", f"Aa1!{secrets.token_urlsafe(24)}"
    has_role: AttributeTypeTypeDef = {"Name": "custom:role", "Value": role}
    try:
        cognito.admin_create_user(
            UserPoolId=pool,
            Username=name,
            MessageAction="SUPPRESS",
            TemporaryPassword=password,
            UserAttributes=[{"Name": "custom:organizationId", "Value": organization}, has_role],
        )
    except cognito.exceptions.UsernameExistsException:
        cognito.admin_update_user_attributes(UserPoolId=pool, Username=name, UserAttributes=[has_role])
    cognito.admin_set_user_password(UserPoolId=pool, Username=name, Password=password, Permanent=True)
    answer = cognito.admin_initiate_auth(
        UserPoolId=pool,
        ClientId=client,
        AuthFlow="ADMIN_USER_PASSWORD_AUTH",
        AuthParameters={"USERNAME": name, "PASSWORD": password},
    )
    return answer["AuthenticationResult"]["IdToken"]
