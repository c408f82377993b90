"""Lines of lag over time as an SVG, without a library."""

from collections.abc import Mapping, Sequence
from math import log10

_WIDTH, _HEIGHT, _LEFT, _TOP, _BOTTOM, _RIGHT = 760, 360, 70, 40, 50, 230
_LOW, _HIGH = 0.1, 10_000.0
_COLOURS = ("#0b7285", "#e8590c", "#5f3dc4", "#2b8a3e", "#c2255c", "#495057")
_SAYS = {0.1: "0.1 s", 1: "1 s", 10: "10 s", 100: "100 s", 1_000: "17 min", 10_000: "3 h"}

Line = Sequence[tuple[float, float]]


def chart(title: str, seconds: float, lines: Mapping[str, Line]) -> str:
    """One line a name; points are the second of arrival and the lag, on a scale of powers of ten."""

    def x(at: float) -> float:
        return _LEFT + at / seconds * (_WIDTH - _LEFT - _RIGHT)

    def y(lag: float) -> float:
        share = log10(min(_HIGH, max(_LOW, lag)) / _LOW) / log10(_HIGH / _LOW)
        return _HEIGHT - _BOTTOM - share * (_HEIGHT - _TOP - _BOTTOM)

    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {_HEIGHT}" font-family="sans-serif" '
        f'font-size="12" role="img"><title>{title}</title>',
        f'<rect width="{_WIDTH}" height="{_HEIGHT}" fill="#ffffff"/>',
        f'<text x="{_LEFT}" y="22" font-size="15" fill="#212529">{title}</text>',
    ]
    for lag, says in _SAYS.items():
        parts.append(f'<path d="M{_LEFT} {y(lag):.1f}H{_WIDTH - _RIGHT}" stroke="#dee2e6"/>')
        parts.append(f'<text x="{_LEFT - 8}" y="{y(lag) + 4:.1f}" text-anchor="end" fill="#495057">{says}</text>')
    parts += [
        f'<text x="{x(at):.1f}" y="{_HEIGHT - 28}" text-anchor="middle" fill="#495057">{at}</text>'
        for at in range(0, int(seconds) + 1, 10)
    ]
    middle = x(seconds / 2)
    parts.append(f'<text x="{middle:.1f}" y="{_HEIGHT - 8}" text-anchor="middle" fill="#495057">arrived at, s</text>')
    for number, (name, line) in enumerate(lines.items()):
        colour = _COLOURS[number % len(_COLOURS)]
        points = " ".join(f"{x(at):.1f},{y(lag):.1f}" for at, lag in line)
        parts.append(f'<polyline points="{points}" fill="none" stroke="{colour}" stroke-width="2"/>')
        row = _TOP + 14 + number * 18
        parts.append(f'<path d="M{_WIDTH - _RIGHT + 12} {row - 4}h18" stroke="{colour}" stroke-width="3"/>')
        parts.append(f'<text x="{_WIDTH - _RIGHT + 36}" y="{row}" fill="#212529">{name}</text>')
    return "\n".join([*parts, "</svg>", ""])
