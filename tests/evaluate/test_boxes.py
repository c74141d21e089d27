"""What counts as a right box, and the table of boxes.csv."""

from __future__ import annotations

import numpy as np
from PIL import Image

from visearch.evaluate.boxes import measure, read_photos, right, to_lines

TRUTH = np.array([[0, 0, 10, 10], [20, 20, 40, 40]], np.float32)


def test_a_labelled_box_is_taken_once_and_from_half_overlap():
    assert right(np.array([[0, 0, 10, 10], [0, 0, 10, 9]], np.float32), TRUTH) == 1
    assert right(np.array([[0, 0, 10, 5], [20, 20, 40, 40]], np.float32), TRUTH) == 2
    assert right(np.array([[0, 0, 10, 4.9]], np.float32), TRUTH) == 0
    assert right(np.empty((0, 4), np.float32), TRUTH) == 0


def test_recall_precision_and_ceiling_of_a_folder(tmp_path):
    Image.new("RGB", (50, 50)).save(tmp_path / "a.png")
    rows = ["image,width,height,label,x0,y0,x1,y1", *(f"a.png,50,50,x,{x},0,{x + 5},9" for x in range(0, 50, 5))]
    (tmp_path / "boxes.csv").write_text("\n".join(rows) + "\n", "utf-8")
    photos = read_photos(tmp_path)
    table = measure(photos, lambda picture: [[0, 0, 5, 9], [5, 0, 10, 9], [0, 40, 9, 50]])
    (row,) = table.values()
    assert (row["recall"], row["precision"], row["boxes"], row["ceiling"]) == (0.2, 0.667, 3.0, 0.8)
    assert len(to_lines({"shop": {"method": table}})) == 2
