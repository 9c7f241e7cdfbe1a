"""Names and numbers of the face model, for those who must not load it (OpenCV takes 200 MB and half a second)."""
from __future__ import annotations

MODEL = "yunet-2023mar-int8bq+sface-2021dec-int8bq"
THRESHOLD = 0.40
"""Cosine. OpenCV names 0.363 for the same person; unrelated people reached 0.31, one person's pictures 0.66 and more
(facts/ui.md 7.1, a tiny sample). [A]"""
