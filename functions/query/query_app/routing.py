"""What HTTP functions of this package start from: a router, whose questions read their parameters by themselves."""

from collections.abc import Callable
from functools import wraps
from typing import TypeVar

from aws_lambda_powertools.event_handler import APIGatewayHttpResolver, Response
from aws_lambda_powertools.event_handler.middlewares import NextMiddleware
from aws_lambda_powertools.event_handler.router import APIGatewayHttpRouter

from query_app.parameters import Parameters, refuse_unknown

Route = TypeVar("Route", bound=Callable[..., Response[str]])


class Router(APIGatewayHttpRouter):
    """Routes, for a handler to include."""

    def question(
        self,
        address: str,
        *,
        summary: str,
        description: str,
        tags: list[str],
        operation_id: str,
    ) -> Callable[[Route], Route]:
        """A GET, called with its parameters by their names; none but these are taken."""

        def register(route: Route) -> Route:
            parameters = Parameters(route)

            @wraps(route)
            def answer(**path: str) -> Response[str]:
                return route(**parameters.read(self.current_event, path))

            self.get(
                address,
                summary=summary,
                description=description,
                tags=tags,
                operation_id=operation_id,
                enable_validation=False,
            )(answer)
            return route

        return register


def routes() -> Router:
    """An empty router."""
    return Router()  # type: ignore[no-untyped-call]


def without_parameters(app: APIGatewayHttpResolver, proceed: NextMiddleware) -> Response[str]:
    """Middleware of a route that takes none."""
    refuse_unknown(app.current_event.query_string_parameters or {}, ())
    return proceed(app)
