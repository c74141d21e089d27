"""The evaluation that runs, or the buttons that start one."""

from __future__ import annotations

from visearch.insights.runner import Task
from visearch.ui.icons import icon
from visearch.ui.markup import attributes, button, esc
from visearch.ui.rooms.insights.office import Plan
from visearch.ui.rooms.insights.parts import duration_text
from visearch.ui.texts import Say


def begin_html(task: Task, plan: Plan, any_run: bool, door: str, say: Say) -> str:
    """What an evaluation is, how long it takes, and the buttons; `door` stands in for them where it is not empty."""
    told = _ended(task, say)
    if not plan.queries:
        return f'{told}<div class="ins-begin"><p>{esc(say("ins_begin_nothing"))}</p></div>'
    key = "ins_begin_labelled" if plan.labelled else "ins_begin_alone"
    about = esc(say(key, n=f"{plan.queries:,}"))
    buttons = door or f'<div class="row-actions">{_buttons(plan, any_run, say)}</div>'
    if any_run:
        return f'{told}<div class="ins-begin small"><p class="quiet">{about}</p>{buttons}</div>'
    return (
        f'{told}<div class="ins-begin"><span class="ins-begin-icon">{icon("insights")}</span>'
        f"<h3>{esc(say('ins_begin'))}</h3><p>{esc(say('ins_begin_hint'))}</p>"
        f'<p class="quiet">{about}</p>{buttons}</div>'
    )


def _buttons(plan: Plan, any_run: bool, say: Say) -> str:
    label = say("ins_run_again" if any_run else "ins_run_now", time=duration_text(plan.seconds, say))
    buttons = button(label, attributes({"data-do": "run", "data-quick": ""}), "pill" if any_run else "pill primary")
    if plan.quick < plan.queries:
        label = say("ins_run_quick", n=f"{plan.quick:,}", time=duration_text(plan.quick_seconds, say))
        buttons += button(label, attributes({"data-do": "run", "data-quick": "yes"}), "pill")
    return buttons


def _ended(task: Task, say: Say) -> str:
    if task.state == "failed":
        told = task.error if say.language == "en" else f"{say('ins_failed')} {task.error}"
        return f'<div class="alert" role="alert"><p>{esc(told)}</p></div>'
    if task.state == "stopped":
        return f'<p class="quiet" role="status">{esc(say("ins_stopped"))}</p>'
    return ""


def task_html(task: Task, say: Say) -> str:
    """How far it is, and the button that stops it."""
    title = say("ins_stopping" if task.state == "stopping" else "ins_running")
    stage = say("of", done=f"{task.done:,}", total=f"{task.total:,}") if task.total else ""
    left = task.left_s
    if left is not None and task.done < task.total:
        stage += " · " + say("ins_left", time=duration_text(left, say))
    elif task.total and task.done >= task.total:
        stage = say("ins_counting")
    share = min(100, round(100 * task.done / task.total)) if task.total else 0
    stop = button(say("ins_stop"), 'data-do="stop"' + (" disabled" if task.state == "stopping" else ""), "pill small")
    return (
        f'<div class="progress ins-progress"><div class="progress-line"><strong>{esc(title)}</strong>'
        f'<span role="status">{esc(stage)}</span></div><div class="track" role="progressbar" aria-label="{esc(title)}" '
        f'aria-valuemin="0" aria-valuemax="100" aria-valuenow="{share}"><i style="width:{share}%"></i></div>'
        f"<p>{esc(say('ins_running_hint'))}</p>{stop}</div>"
    )
