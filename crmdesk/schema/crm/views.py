"""The views that a new store begins with: what a salesperson looks at every morning."""

from __future__ import annotations

from dataclasses import dataclass

from crmdesk.i18n import Label
from crmdesk.schema.query import ME, All, Condition, Has, Not, Sort, Where
from crmdesk.schema.viewdata import ColourRule, ViewSpec


@dataclass(frozen=True)
class StandardView:
    """A view and what it is called; the English name makes its id in every store."""

    label: Label
    spec: ViewSpec


def _both(*parts: Where) -> All:
    return All(parts)


_OPEN = Condition("status", "is", "open")
_LATE_DEAL = ColourRule(
    _both(_OPEN, Condition("close_date", "within", "overdue")), "danger", "close_date"
)
_TO_DO = Condition("done", "is", False)

STANDARD_VIEWS: tuple[StandardView, ...] = (
    StandardView(
        Label("My open deals", "我的进行中商机"),
        ViewSpec(
            "opportunity",
            where=_both(_OPEN, Condition("owner", "is", ME)),
            sort=(Sort("close_date"),),
            colours=(_LATE_DEAL,),
        ),
    ),
    StandardView(
        Label("Closing this quarter", "本季度成交"),
        ViewSpec(
            "opportunity",
            where=_both(_OPEN, Condition("close_date", "within", "this_quarter")),
            sort=(Sort("close_date"),),
            group=("stage",),
            colours=(_LATE_DEAL,),
        ),
    ),
    StandardView(
        Label("No next step", "缺少下一步"),
        ViewSpec(
            "opportunity",
            where=_both(_OPEN, Condition("next_step", "empty")),
            sort=(Sort("amount", True),),
        ),
    ),
    StandardView(
        Label("Deal board", "商机看板"),
        ViewSpec("opportunity", form="board", where=_OPEN, group=("stage",)),
    ),
    StandardView(
        Label("My tasks", "我的任务"),
        ViewSpec("task", where=_both(_TO_DO, Condition("owner", "is", ME)), sort=(Sort("due"),)),
    ),
    StandardView(
        Label("Overdue tasks", "逾期任务"),
        ViewSpec(
            "task",
            where=_both(_TO_DO, Condition("due", "within", "overdue")),
            sort=(Sort("due"),),
        ),
    ),
    StandardView(
        Label("Quiet customers", "久未联系的客户"),
        ViewSpec(
            "company",
            where=_both(
                Condition("kind", "is", "customer"),
                Not(Has("interactions", Condition("at", "within", "last_n_days:90"))),
            ),
            sort=(Sort("name"),),
        ),
    ),
)
