"""What the sample workflow calls."""

import pandas as pd


def draw(path: str, rows: int = 5000, seed: int = 1) -> dict[str, pd.DataFrame]:
    """Draw flights at random: those before December to learn from, those of December to measure with."""
    flights = pd.read_parquet(path)
    december = flights["month"] == 12
    return {
        "learning": flights[~december].sample(rows, random_state=seed).reset_index(drop=True),
        "unseen": flights[december].sample(max(rows // 5, 100), random_state=seed).reset_index(drop=True),
    }
