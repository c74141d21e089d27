"""Two heads files side by side: `python -m data.encoder.compare_heads NEW --cache FOLDER [--catalogs FOLDER]`.

The questions of data.encoder.measure, pictures alone, both asked the same in one run. Differences are in points, with
the 95 % bootstrap interval over questions; those with the same right answers (five photos of one product) are drawn
together, and an interval that leaves out 0 is set in bold.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from data.encoder.features import Array, Features
from data.encoder.make_heads import HEADS
from data.encoder.measure import METRICS, Encoder, Question, catalogs_in, measure, spread

SHOWN = ("hit@1", "hit@10", "ndcg@10")


def cells(group: list[Question], old: Array, new: Array) -> list[str]:
    """For each of SHOWN: old, new, and the difference with its interval, in per cent."""
    found = []
    for name in SHOWN:
        before, after = (100 * values[:, METRICS.index(name)] for values in (old, new))
        said, sure = spread((after - before).tolist(), [question.relevant for question in group])
        found += [f"{before.mean():.1f}", f"{after.mean():.1f}", f"**{said}**" if sure else said]
    return found


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("new", type=Path, help="heads file")
    parser.add_argument("--old", type=Path, default=HEADS)
    parser.add_argument("--cache", type=Path, required=True, help="folder for computed features")
    parser.add_argument("--catalogs", type=Path, help="folder of catalogue folders; without it only the sample")
    args = parser.parse_args()
    features = Features(args.cache)
    encoders = [Encoder(features, heads) for heads in (args.old, args.new)]
    head = [f"{name}, {which}" for name in SHOWN for which in ("old", "new", "difference")]
    print(f"| catalogue | asked | n | {' | '.join(head)} |\n|---|---|---:|{'---:|' * len(head)}")
    for folder in catalogs_in(args.catalogs):
        for asked, group, (old, new, *_) in measure(encoders, folder):
            row = [folder.name, asked, str(len(group)), *cells(group, old, new)]
            print(f"| {' | '.join(row)} |", flush=True)


if __name__ == "__main__":
    main()
