"""Numbers and changes as people read them."""

from __future__ import annotations

import pytest

from mlgate.metrics import wording
from mlgate.metrics.compare import Metric, judge
from mlgate.metrics.names import standard
from mlgate.metrics.rules import Policy

MINUS = "\u2212"


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (0.0, "0"), (3.0, "3"), (-3.0, f"{MINUS}3"), (0.912345678, "0.912346"), (1234567.0, "1,234,567"),
        (1234.5678, "1,234.57"), (1e-7, "1.000e-07"), (-0.5, f"{MINUS}0.5"), (1e20, "1.000e+20"), (99.95, "99.95"),
    ],
)  # fmt: skip
def test_number__own_digits(value, shown):
    assert wording.number(value) == shown


@pytest.mark.parametrize(
    ("name", "baseline", "head", "shown"),
    [
        pytest.param("recall", 0.81, 0.77, ("0.810", "0.770", f"{MINUS}4.0 pp"), id="four points"),
        pytest.param("auc", 0.912, 0.908, ("0.9120", "0.9080", f"{MINUS}0.40 pp"), id="less than a point"),
        pytest.param("rmse", 12345.6, 13000.0, ("12,346", "13,000", "+5.3 %"), id="large"),
        pytest.param("rmse", 2.0, 4.0, ("2", "4", "+100 %"), id="doubled"),
        pytest.param("loss", 0.0, 0.25, ("0.00", "0.25", "+0.25"), id="from zero"),
        pytest.param("loss", 1.2e-7, 1.5e-7, ("1.20e-07", "1.50e-07", "+25 %"), id="tiny"),
        pytest.param("rmse", 0.2794, 1.2796, ("0.28", "1.28", "+358 %"), id="both show what their share is of"),
        pytest.param("rmse", 0.5, 12.6, ("0.50", "12.60", "+2,420 %"), id="from less than one"),
        pytest.param("rmse", 0.0003, 1204.6, ("0.0003", "1,204.6", "+401,533,233 %"), id="far apart"),
        pytest.param("auc", 0.9, 0.9, ("0.9", "0.9", ""), id="unchanged"),
        pytest.param("accuracy", 91.2, 92.0, ("91.20", "92.00", "+0.80"), id="percent"),
    ],
)
def test_values_and_change(name, baseline, head, shown):
    metric = Metric(name=name, file="m.json", key=name, baseline=baseline, head=head)
    judgement = judge(metric, Policy(known=standard(name)))
    assert (*wording.values(judgement), wording.change(judgement)) == shown
