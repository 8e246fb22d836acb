"""Boosted trees say what the library that grew them says."""

import json

import numpy as np
from sklearn.ensemble import HistGradientBoostingClassifier

from bench.fit_threads import Row, grown
from ingest.resolve.scoring import chance_by_trees, trees


def test_trees_answer_as_the_library_does() -> None:
    random = np.random.default_rng(3)
    matrix = random.normal(size=(400, 4)).round(2)
    matrix[:, 3] = matrix[:, 3] > 0
    true = matrix[:, 0] * matrix[:, 1] + matrix[:, 3] > 0.3
    rows = [
        Row({f"f{n}": float(value) for n, value in enumerate(row)}, bool(one))
        for row, one in zip(matrix, true, strict=True)
    ]
    model = json.loads(json.dumps(grown(rows)))
    library = HistGradientBoostingClassifier(
        max_depth=4,
        max_iter=120,
        learning_rate=0.05,
        l2_regularization=5.0,
        min_samples_leaf=15,
        random_state=0,
    ).fit(matrix, true)
    ours = [chance_by_trees(model, row.features) for row in rows]
    assert np.allclose(ours, library.predict_proba(matrix)[:, 1], atol=1e-2)
    assert np.mean((np.array(ours) >= 0.5) == true) > 0.9


def test_the_trees_that_ship_know_their_features() -> None:
    count = len(trees()["features"])
    assert all(node[0] < count for tree in trees()["trees"] for node in tree)
    here = {"known": 0.4, "before": 1.0, "named_before": 1.0, "commitment": 1.0}
    unlike = {"like": 0.1, "like_lead": -0.5, "like_over_none": -0.4}
    alike = {"like": 0.9, "like_lead": 0.6, "like_over_none": 0.6, "latest_about": 1.0}
    assert chance_by_trees(trees(), here | unlike) < 0.5 < chance_by_trees(trees(), here | alike)
