"""月末调整 of an invented project: what its weeks told too little or too much, corrected at the end of the month."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from random import Random

from scheduling.demo.site import Site
from scheduling.demo.weeks import Act, Event, Told, versions

_MORE = ("设备到货款按发票补计", "监理月度计量高于周报合计，补计差额")
_LESS = ("监理月度计量核减", "两周重复计列的材料款核减")
_OFTEN = 0.04
_DAY, _HOUR = timedelta(days=1), timedelta(hours=1)


def adjustment(site: Site, first: date, *, due_at: datetime, total: Decimal, dice: Random) -> list[Told]:
    """What was submitted and accepted of the month that begins then; mostly nothing. ``total``: 总投资, 万元."""
    is_wanted, share, is_less = dice.random() < _OFTEN, dice.randint(3, 9), dice.random() < 0.35
    built = site.on(due_at.date()).percent - site.on(first - _DAY).percent
    amount = (total * built / 100 * share / 100).quantize(Decimal(1))
    if not is_wanted or amount <= 0:
        return []
    reason = dice.choice(_LESS if is_less else _MORE)
    said = {
        "period_amount": -amount if is_less else amount,
        "physical_progress": "",
        "done_text": reason,
        "reduction_reason": reason if is_less else "",
    }
    sent = due_at - _HOUR * dice.randint(2, 20)
    return versions([Event(Act.SUBMIT, sent, said), Event(Act.ACCEPT, sent + _HOUR, {})])
