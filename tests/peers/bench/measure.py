"""What was measured, as rows of one table: Rosie beside a peer, the ratio, and the goal."""

import statistics
from dataclasses import asdict, dataclass, field


@dataclass
class Row:
    """`rosie` and `peer` are in `unit`; `goal` is what `goal_of` ("ratio", "rosie" or "peer") should reach."""

    part: str
    what: str
    rosie: float | None
    unit: str
    peer: float | None = None
    peer_name: str = ""
    goal: float | None = None
    goal_of: str = "ratio"
    more_is_better: bool = False
    # The same ratio of the best rounds instead of the middle ones: near the truth when the machine is busy.
    best_ratio: float | None = None
    detail: dict = field(default_factory=dict)

    @property
    def ratio(self):
        if self.rosie is None or not self.peer:
            return None
        return self.rosie / self.peer

    @property
    def met(self):
        """None where nothing was aimed at, or nothing could be measured."""
        value, bound = (self.ratio, self.goal) if self.goal_of == "ratio" else (self.rosie, self.goal)
        if self.goal_of == "peer":
            bound = self.peer
        if value is None or bound is None:
            return None
        return value >= bound if self.more_is_better else value <= bound

    def as_json(self):
        return {**asdict(self), "ratio": self.ratio, "met": self.met}


def median(values):
    return statistics.median(values) if values else None


def percentile(values, percent):
    """By the nearest rank, which is always a value that was measured."""
    if not values:
        return None
    ordered = sorted(values)
    rank = -(-len(ordered) * percent // 100)
    return ordered[max(0, min(len(ordered) - 1, int(rank) - 1))]


def number(value):
    if value is None:
        return "–"
    return f"{value:,.0f}" if abs(value) >= 100 or value == int(value) else f"{value:.1f}"


def goal_text(row):
    sign = "≥" if row.more_is_better else "≤"
    if row.goal_of == "peer":
        return f"{sign} peer"
    if row.goal is None:
        return ""
    return f"{sign} {row.goal:g}" + (" ×" if row.goal_of == "ratio" else f" {row.unit}")


def cells(row):
    def with_unit(value):
        return "–" if value is None else f"{number(value)} {row.unit}"

    ratio = "" if row.ratio is None else f"{row.ratio:.2f} ×"
    if row.best_ratio is not None and ratio:
        ratio += f" ({row.best_ratio:.2f})"
    peer = f"{with_unit(row.peer)} {row.peer_name}".strip() if row.peer is not None else ""
    verdict = {None: "", True: "met", False: "missed"}[row.met]
    return [row.part, row.what, with_unit(row.rosie), peer, ratio, goal_text(row), verdict]


def table(rows):
    """Aligned for a terminal, and good Markdown."""
    lines = [["part", "what", "Rosie", "peer", "ratio (best rounds)", "goal", ""]] + [cells(row) for row in rows]
    widths = [max(len(line[i]) for line in lines) for i in range(len(lines[0]))]
    text = ["| " + " | ".join(cell.ljust(width) for cell, width in zip(line, widths)) + " |" for line in lines]
    text.insert(1, "|" + "|".join("-" * (width + 2) for width in widths) + "|")
    return "\n".join(text)
