"""The evaluation as JSON for machines: figures, matrices and a row per message; ids and labels, no texts and no addresses."""

from __future__ import annotations

from typing import Any

from server.evaluation.evaluating import Evaluation, Setting
from server.evaluation.figures import Figures, Share
from server.evaluation.judging import Judged
from server.evaluation.matrices import Matrix

FORMAT = 1


def evaluation_json(evaluation: Evaluation, setting: Setting) -> dict[str, Any]:
    """Everything that was counted."""
    figures = evaluation.figures
    return {
        "format": FORMAT,
        "source": setting.source,
        "policy_version": setting.policy,
        "messages": len(evaluation.judged),
        "repeats": evaluation.repeats,
        "bad_rows": setting.bad_rows,
        "problems": [str(problem) for problem in setting.problems],
        "shares": {name: _share(share) for name, share in figures.shares.items()},
        "automated": _share(figures.automated),
        "errors": figures.errors,
        "unsteady": list(figures.unsteady),
        "agreement": {each.value: count for each, count in sorted(figures.agreement.items())},
        "by_condition": {name: _share(share) for name, share in figures.by_condition.items()},
        "by_language": {name: _share(share) for name, share in figures.by_language.items()},
        "matrices": _matrices(figures),
        "triggers": [
            {
                "trigger": each.name,
                "right": each.right,
                "missed": each.missed,
                "false": each.false,
                "recall": each.recall,
                "precision": each.precision,
            }
            for each in figures.triggers
        ],
        "thresholds": [{"metric": each.metric, "least": each.least, "met": each.is_met(figures)} for each in setting.thresholds],
        "rows": [_row(row) for row in evaluation.judged],
    }


def _share(share: Share) -> dict[str, Any]:
    return {"held": share.held, "of": share.of, "share": share.value}


def _matrices(figures: Figures) -> dict[str, list[dict[str, Any]]]:
    named = {"condition": figures.conditions, "disposition": figures.dispositions, "gate": figures.gates, "humans": figures.humans}
    return {name: _matrix(matrix) for name, matrix in named.items()}


def _matrix(matrix: Matrix) -> list[dict[str, Any]]:
    return [{"want": want, "got": got, "count": count} for (want, got), count in sorted(matrix.counts.items())]


_RESULT = ("case_id", "customer_id", "order_id", "intents", "condition", "triggers", "handler", "disposition", "reason", "performs", "path", "error")


def _row(row: Judged) -> dict[str, Any]:
    result = row.result
    return {
        "name": row.case.name,
        "at": row.case.at.isoformat(),
        **{name: result[name] for name in _RESULT},
        "gates": {action["action"]: action["gate"] for action in result["actions"]},
        "language": result["messages"][0]["language"] if result["messages"] else None,
        "misses": [{"key": check.key, "want": check.want} for check in row.misses],
        "checks": len(row.checks),
        "humans_did": [each.value for each in row.theirs],
        "service_does": row.ours.value,
        "agreement": row.agreement.value,
    }
