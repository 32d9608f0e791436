"""Draws what bench.py measured: build/bench.json to docs/performance.svg.

    python benches/chart.py [--json build/bench.json] [--svg docs/performance.svg]

One row of bars for each row of the table: libarray, NumPy and the best peer, on
a logarithmic scale, with a mark where the row must be. Shorter is faster; 1 is
the row's reference, mostly memcpy. The colours follow the reader's light or dark
scheme. Rows whose figure is not a ratio to what the machine itself needs (times
in ns, two threads against one) stand in the table only.
"""

import argparse
import json
import math
import os
from html import escape

from helper import BUILD, ROOT

LEFT, WIDTH, RIGHT = 350, 560, 240
TOP, BAR, GAP, HEADING = 96, 6, 9, 24
LOW, HIGH = 0.25, 128
TICKS = (0.25, 0.5, 1, 2, 4, 8, 16, 32, 64, 128)

STYLE = """
  svg { font: 12px system-ui, sans-serif; }
  text { fill: #24292f; } .quiet { fill: #57606a; }
  .title { font-size: 17px; font-weight: 600; } .group { font-weight: 600; }
  .grid { stroke: #d0d7de; } .one { stroke: #57606a; }
  .libarray { fill: #0969da; } .numpy { fill: #d4a72c; } .peer { fill: #8c959f; }
  .must { stroke: #cf222e; stroke-width: 2; }
  .back { fill: #ffffff; }
  @media (prefers-color-scheme: dark) {
    text { fill: #e6edf3; } .quiet { fill: #9198a1; }
    .grid { stroke: #30363d; } .one { stroke: #9198a1; }
    .libarray { fill: #4493f8; } .numpy { fill: #d29922; } .peer { fill: #6e7681; }
    .must { stroke: #ff7b72; } .back { fill: #0d1117; }
  }
"""


def x(ratio):
    share = math.log(min(max(ratio, LOW), HIGH) / LOW) / math.log(HIGH / LOW)
    return round(LEFT + WIDTH * share, 1)


def number(ratio):
    return f"{ratio:.0f}" if ratio >= 10 else f"{ratio:.1f}" if ratio >= 2 else f"{ratio:.2f}"


def bars(row, top):
    """One row: its label, its bars, its mark, and the figures at the right."""
    ratios = {name: entry["median"] for name, entry in row["ratios"].items()}
    reference = {"memcpy": "", "traffic": " †"}.get(row["reference"], f" (to {row['reference']})")
    middle = top + 1.5 * BAR + 4
    yield (f'<text x="{LEFT - 10}" y="{middle}" text-anchor="end">'
           f'{escape((row["title"] or row["group"]) + reference)}</text>')
    shown = [("libarray", "libarray", ratios["libarray"])]
    if "NumPy" in ratios:
        shown.append(("numpy", "NumPy", ratios["NumPy"]))
    if row["peer"] not in (None, "NumPy"):
        shown.append(("peer", row["peer"], ratios[row["peer"]]))
    for k, (kind, name, ratio) in enumerate(shown):
        length = round(x(ratio) - LEFT, 1)
        yield (f'<rect class="{kind}" x="{LEFT}" y="{top + k * BAR}" width="{length}" '
               f'height="{BAR - 1}"><title>{escape(name)}: {ratio:.2f}</title></rect>')
    if row["must"]:
        at = x(row["must"])
        yield (f'<line class="must" x1="{at}" x2="{at}" y1="{top - 2}" y2="{top + 3 * BAR + 1}">'
               f'<title>must: {row["must"]}</title></line>')
    figures = " · ".join(number(ratio) for _, _, ratio in shown)
    peer = f' <tspan class="quiet">{escape(row["peer"])}</tspan>' if len(shown) == 3 else ""
    yield f'<text x="{LEFT + WIDTH + 10}" y="{middle}">{figures}{peer}</text>'


def chart(measured):
    rows = [row for row in measured["rows"]
            if row["reference"] not in ("ns", "one thread", "malloc")
            and "libarray" in row["ratios"]]
    body, top, group = [], TOP, None
    for row in rows:
        if row["group"] != group:
            group = row["group"]
            if row["title"]:
                body.append(f'<text class="group" x="{LEFT - 10}" y="{top + 14}" '
                            f'text-anchor="end">{escape(group)}</text>')
                top += HEADING
        body += bars(row, top)
        top += 3 * BAR + GAP
    bottom = top + 4
    grid = []
    for tick in TICKS:
        kind = "one" if tick == 1 else "grid"
        grid.append(f'<line class="{kind}" x1="{x(tick)}" x2="{x(tick)}" y1="{TOP - 8}" '
                    f'y2="{bottom}"/>')
        for y in (TOP - 14, bottom + 16):
            grid.append(f'<text class="quiet" x="{x(tick)}" y="{y}" text-anchor="middle">'
                        f'{tick:g}</text>')
    return "\n".join([*head(measured, bottom + 30), *grid, *body, "</svg>"]) + "\n"


def head(measured, height):
    width = LEFT + WIDTH + RIGHT
    yield (f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" '
           f'width="{width}" height="{height}" role="img" '
           f'aria-label="Times of libarray, NumPy and the best peer as ratios to memcpy">')
    yield f'<style>{STYLE}</style>\n<rect class="back" width="{width}" height="{height}"/>'
    yield '<text class="title" x="20" y="28">Time, as a ratio to memcpy: shorter is faster</text>'
    tables = f", median of {measured['tables']} tables" if measured["tables"] > 1 else ""
    yield (f'<text class="quiet" x="20" y="48">{escape(measured["processor"])}, one thread, '
           f'NumPy {measured["numpy"]}{tables}. † to memcpy of half of the bytes read and '
           f'written.</text>')
    at = LEFT
    for kind, name in (("libarray", "libarray"), ("numpy", "NumPy"), ("peer", "best other peer")):
        yield (f'<rect class="{kind}" x="{at}" y="57" width="12" height="10"/>'
               f'<text x="{at + 17}" y="66">{name}</text>')
        at += 35 + 8 * len(name)
    yield (f'<line class="must" x1="{at + 6}" x2="{at + 6}" y1="55" y2="69"/>'
           f'<text x="{at + 14}" y="66">must be at most</text>')


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--json", default=os.path.join(BUILD, "bench.json"))
    parser.add_argument("--svg", default=os.path.join(ROOT, "docs", "performance.svg"))
    options = parser.parse_args()
    with open(options.json, encoding="utf-8") as file:
        measured = json.load(file)
    with open(options.svg, "w", encoding="utf-8") as file:
        file.write(chart(measured))


if __name__ == "__main__":
    main()
