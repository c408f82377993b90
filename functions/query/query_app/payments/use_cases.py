"""Which handler answers which question."""

from common.bus import QueryBus
from query_app.cursors import Cursors
from query_app.payments.lookup.query import GetHistory, GetPayment, GetPaymentAsOf
from query_app.payments.lookup.use_case import get_history, get_payment, get_payment_as_of
from query_app.payments.ports import EventHistory, SearchIndex
from query_app.payments.search.query import SearchPayments
from query_app.payments.search.use_case import search_payments
from query_app.payments.statistics.query import GetStatistics
from query_app.payments.statistics.use_case import get_statistics
from query_app.payments.suggestions.query import GetSuggestions
from query_app.payments.suggestions.use_case import get_suggestions
from query_app.query import QueryContext


def register(bus: QueryBus[QueryContext], index: SearchIndex, history: EventHistory, cursors: Cursors) -> None:
    """Give each query its handler."""
    bus.register(GetPayment, get_payment(index))
    bus.register(SearchPayments, search_payments(index, cursors))
    bus.register(GetStatistics, get_statistics(index))
    bus.register(GetSuggestions, get_suggestions(index))
    bus.register(GetPaymentAsOf, get_payment_as_of(history))
    bus.register(GetHistory, get_history(history))
