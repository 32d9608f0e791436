"""What the benchmark tells: the table as Markdown, and everything as JSON."""

import json
import statistics
import time

import numpy as np

from helper import processor, text

# Up to here a contestant is so near to its reference that no 5 % are left to win,
# and a difference of less than this is none.
NEAR, LEVEL = 1.25, 0.03


class Result:
    """One row: its figures in each table that was run.

    `typical` makes one time of those of the rounds: their median, or their minimum.
    """

    def __init__(self, row, typical):
        self.row, self.typical = row, typical
        self.tables = []

    def add(self, times):
        self.tables.append(times)

    def times(self, name):
        """All seconds of a contestant, or None."""
        lists = [t[name] for t in self.tables if t.get(name)]
        return [s for seconds in lists for s in seconds] or None

    def peer(self):
        """The fastest of the others, over everything."""
        names = {n for t in self.tables for n in t if n not in ("libarray", "reference")}
        took = {n: self.typical(self.times(n)) for n in names if self.times(n)}
        return min(took, key=took.get, default=None)

    def ratios(self, name):
        """A contestant's figure in each table."""
        made = []
        for times in self.tables:
            divisor = self.divisor(times)
            if times.get(name) and divisor:
                made.append(self.typical(times[name]) / divisor)
        return made

    def divisor(self, times):
        if self.row.reference == "ns":
            return 1e-9
        if self.row.reference == "peer":
            peer = self.peer()
            return self.typical(times[peer]) if peer else None
        return self.typical(times["reference"]) if times.get("reference") else None

    def ratio(self, name):
        made = self.ratios(name)
        return statistics.median(made) if made else None

    def behind(self):
        """libarray's time over the best peer's, table by table; None without a peer."""
        peer = self.peer()
        if peer is None or self.row.reference in ("ns", "malloc", "one thread"):
            return None
        pairs = [(self.typical(t["libarray"]), self.typical(t[peer]))
                 for t in self.tables if t.get("libarray") and t.get(peer)]
        return statistics.median(ours / theirs for ours, theirs in pairs) if pairs else None

    def verdict(self):
        """In one word or two what is reached, and whether `must` is."""
        ours, row = self.ratio("libarray"), self.row
        if self.times("libarray") is None:
            return "not offered", False
        if ours is None:
            return "nothing to compare with", False
        if row.must is not None and ours > row.must:
            return "MISSED", False
        behind = self.behind()
        if row.reference != "peer" and behind is not None:
            near = self.ratio(self.peer()) <= NEAR
            # Without a figure to reach, it is enough not to be behind.
            limit = 1 + LEVEL if near else 0.95 if row.must else 1
            if behind > limit:
                return f"BEHIND {self.peer()}", False
            if near and behind > 1 - LEVEL and not (row.stretch and ours <= row.stretch):
                return "met, level with " + self.peer(), True
        return ("stretch" if row.stretch and ours <= row.stretch else "met"), True


class Report:
    HEAD = ("| Row | took | reference | libarray | NumPy | best peer | must | stretch | |\n"
            "| --- | ---: | ---: | ---: | ---: | --- | ---: | ---: | --- |")

    def __init__(self, version, others, options):
        self.version, self.others, self.options = version, others, options
        self.typical = min if options.minima else statistics.median
        self.results = {}
        self.start = time.perf_counter()

    def begin(self, table):
        if self.options.tables > 1:
            print(f"\nTable {table + 1} of {self.options.tables}\n")
        print(self.HEAD, flush=True)

    def add(self, row, times):
        result = self.results.setdefault(row.name, Result(row, self.typical))
        result.add(times)
        alone = Result(row, self.typical)
        alone.add(times)
        print(line(alone), flush=True)

    def end(self):
        results = list(self.results.values())
        if self.options.tables > 1:
            print(f"\nMedians of {self.options.tables} tables, with the smallest and the largest\n")
            print(self.HEAD)
            for result in results:
                print(line(result))
        print("\nTimes, median and minimum\n")
        names = ["libarray", *self.others, "reference"]
        print(f"| Row | {' | '.join(names)} |\n| --- |{' ---: |' * len(names)}")
        for result in results:
            print(f"| {result.row.name} | "
                  + " | ".join(both(result.times(name)) for name in names) + " |")
        met = [result.verdict()[1] for result in results]
        print(f"\n{sum(met)} of {len(met)} rows reach their figure: at most `must`, and ahead of "
              f"the best peer, by 5 % unless that is within {NEAR} of the reference, where "
              f"{LEVEL:.0%} more count as level.\n\n{self.legend()}")
        self.write(results)

    def legend(self):
        typical = "minima" if self.options.minima else "medians"
        return (f"Ratios to the reference, mostly memcpy of the destination's bytes into warm "
                f"memory († of half of the bytes read and written), from {typical} of "
                f"{self.options.rounds} rounds taken in turns. libarray {self.version}, NumPy "
                f"{np.__version__}, {processor()}, one thread "
                f"({time.perf_counter() - self.start:.0f} s).")

    def write(self, results):
        rows = []
        for result in results:
            row, peer = result.row, result.peer()
            words, met = result.verdict()
            rows.append({
                "group": row.group, "title": row.title, "reference": row.reference,
                "must": row.must, "stretch": row.stretch, "met": met, "verdict": words,
                "peer": peer, "of peer": result.behind(),
                "ratios": {name: {"median": result.ratio(name), "tables": result.ratios(name)}
                           for name in ("libarray", *self.others) if result.ratio(name)},
                "seconds": result.tables})
        with open(self.options.json, "w", encoding="utf-8") as file:
            json.dump({"libarray": self.version, "numpy": np.__version__,
                       "processor": processor(), "rounds": self.options.rounds,
                       "of rounds": "minimum" if self.options.minima else "median",
                       "tables": self.options.tables, "rows": rows}, file, indent=1)


def line(result):
    row = result.row
    peer = result.peer()
    mark = " †" if row.reference == "traffic" else ""
    mark += f" (to {row.reference})" if row.reference not in ("traffic", "memcpy") else ""
    ours, reference = result.times("libarray"), result.times("reference")
    ratio = figure(result.ratios("libarray"))
    best = f"{figure(result.ratios(peer))} {peer}" if peer and result.ratios(peer) else ""
    return (f"| {row.name}{mark} | {time_of(ours, result.typical)} | "
            f"{time_of(reference, result.typical)} | "
            f"{ratio and f'**{ratio}**'} | {figure(result.ratios('NumPy'))} | {best} | "
            f"{number(row.must)} | {number(row.stretch)} | {result.verdict()[0]} |")


def figure(ratios):
    """A ratio; of several its median, the smallest and the largest."""
    if not ratios:
        return ""
    made = number(statistics.median(ratios))
    return made if len(ratios) == 1 else f"{made} ({number(min(ratios))}–{number(max(ratios))})"


def number(x):
    if x is None:
        return ""
    return f"{x:.0f}" if x >= 100 else f"{x:.3g}" if x >= 10 else f"{x:.2f}"


def time_of(times, typical):
    return text(typical(times)) if times else ""


def both(times):
    return f"{text(statistics.median(times))}, {text(min(times))}" if times else ""
