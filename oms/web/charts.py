"""Small SVG charts: attributes only, so that the content policy stays strict."""

from collections.abc import Sequence

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe


def sparkline(values: Sequence[int], *, width: int = 96, height: int = 30) -> SafeString:
    """A line over its last values; decoration beside a number, so hidden from screen readers."""
    if len(values) < 2 or not any(values):
        return mark_safe("")
    top, bottom = max(values), min(values)
    span = (top - bottom) or 1
    step = (width - 2) / (len(values) - 1)
    points = " ".join(
        f"{1 + index * step:.1f},{2 + (top - value) / span * (height - 4):.1f}"
        for index, value in enumerate(values)
    )
    return format_html(
        '<svg class="spark" width="{w}" height="{h}" viewBox="0 0 {w} {h}" aria-hidden="true">'
        '<polygon points="1,{h} {points} {right},{h}"/><polyline points="{points}"/></svg>',
        w=width,
        h=height,
        points=points,
        right=width - 1,
    )


def bars(
    rows: Sequence[tuple[str, int, str]], *, width: int = 560, height: int = 150
) -> SafeString:
    """One bar a row of (label, value, shown value); the last is the present one.

    The page shows the same rows in a table for readers who cannot see the picture.
    """
    if not rows:
        return mark_safe("")
    top = max((value for _label, value, _shown in rows), default=0) or 1
    slot = width / len(rows)
    floor = height - 20
    marks = format_html_join(
        "",
        '<rect class="{}" x="{}" y="{}" width="{}" height="{}" rx="3"><title>{}: {}</title></rect>'
        '<text x="{}" y="{}" text-anchor="middle">{}</text>',
        (
            (
                "now" if index == len(rows) - 1 else "",
                f"{index * slot + slot * 0.18:.1f}",
                f"{floor - (floor - 8) * max(value, 0) / top:.1f}",
                f"{slot * 0.64:.1f}",
                f"{(floor - 8) * max(value, 0) / top:.1f}",
                label,
                shown,
                f"{index * slot + slot / 2:.1f}",
                height - 5,
                label,
            )
            for index, (label, value, shown) in enumerate(rows)
        ),
    )
    return format_html(
        '<svg class="bars" viewBox="0 0 {w} {h}" aria-hidden="true">'
        '<line x1="0" y1="{y}" x2="{w}" y2="{y}"/>{marks}</svg>',
        w=width,
        h=height,
        y=floor,
        marks=marks,
    )


def meter(done: int, total: int) -> SafeString:
    """A thin bar filled to done / total; the numbers stand beside it."""
    share = min(100.0, 100 * done / total) if total > 0 else 0.0
    return format_html(
        '<svg class="meter" viewBox="0 0 100 6" preserveAspectRatio="none" aria-hidden="true">'
        '<rect width="100" height="6"/><rect width="{}" height="6"/></svg>',
        f"{share:.1f}",
    )
