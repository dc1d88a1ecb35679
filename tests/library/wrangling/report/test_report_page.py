"""The written report: complete, self-contained, and harmless whatever the table holds."""

from html.parser import HTMLParser

import numpy as np
import polars as pl
import pytest

from jupyter_mlstudio.wrangling.report.insights import report_of
from jupyter_mlstudio.wrangling.report.page import fragment, page

EVIL = "<script>alert(1)</script><img src=x onerror=alert(1)>\"'&{{}}</style>"


class Tags(HTMLParser):
    def __init__(self, text):
        super().__init__()
        self.names, self.attributes = [], []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.names.append(tag)
        self.attributes += attrs


def table():
    random = np.random.default_rng(0)
    size = random.normal(size=600)
    return pl.DataFrame(
        {
            EVIL: size,
            "kind": random.choice([EVIL, "plain", "Plain", "other"], 600),
            f"{EVIL}2": [f"{EVIL}{number}" for number in range(600)],
            "y": np.where(size + random.normal(size=600) > 0, EVIL, "fine"),
            "amount": size * 2 + random.normal(size=600),
        }
    )


@pytest.mark.parametrize("target", [None, "y", "amount", EVIL])
def test_names_and_values_cannot_become_tags(target):
    tags = Tags(page(report_of(table().lazy(), target, title=EVIL)))

    assert not {"script", "img", "iframe", "object", "link"} & set(tags.names)
    assert not [name for name, _ in tags.attributes if name.startswith("on")]


def test_it_needs_nothing_from_elsewhere():
    tags = Tags(page(report_of(table().lazy(), "y")))

    assert not [value for name, value in tags.attributes if name in {"src", "href"}]
    assert ("content", "default-src 'none'; style-src 'unsafe-inline'") in tags.attributes


def test_it_shows_findings_model_and_charts():
    report = report_of(table().lazy(), "amount", title="sales")

    text = page(report)

    assert "Quality and insights: sales" in text
    for each in report.insights:
        assert each.severity in text
    assert "Quick model" in text
    assert "Columns that go together" in text
    assert "@media print" in text
    assert "prefers-color-scheme: dark" in text
    assert text.count("<svg") == text.count("</svg>") > 5


def test_a_sampled_figure_says_so():
    random = np.random.default_rng(0)
    many = pl.DataFrame({"x": random.lognormal(1, 2, 120_000), "y": random.normal(size=120_000)})

    report = report_of(many.lazy())

    assert report.exactness == "sampled"
    assert "rows chosen by chance" in fragment(report)
    assert "x: about" in fragment(report)
