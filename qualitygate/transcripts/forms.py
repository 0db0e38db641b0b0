"""The issue forms by which trainings, retrospectives and the actions of these are recorded."""

from __future__ import annotations

from qualitygate.transcripts.fields import AREA, Field, Form

_DAY = "2026-10-31"
TRAINING = Form(
    name="training",
    title="Training / 培训",
    description="Record a training; the title of the issue is its topic / 记录一次培训；议题标题即培训主题",
    fields=(
        Field(id="date", label="Date / 日期", placeholder=_DAY, required=True),
        Field(
            id="audience",
            label="Audience / 培训对象",
            description="The role it is for, as in quality/people.yml / 培训所面向的角色",
            placeholder="support",
            required=True,
        ),
        Field(id="pass_mark", label="Pass mark / 及格分", placeholder="80"),
        Field(
            id="results",
            label="Results / 考核结果",
            kind=AREA,
            description="Ids, no names; empty before the exam / 填写编号，不填姓名；考核前留空",
            placeholder="who,score,retake,absent,excused\np-01,92\np-02,74,88\np-03,,,sick leave,yes",
            render="csv",
        ),
        Field(
            id="evidence",
            label="Evidence / 证据",
            kind=AREA,
            description="Paths or addresses, one a line / 路径或网址，每行一个",
        ),
    ),
)
RETROSPECTIVE = Form(
    name="retrospective",
    title="Retrospective / 回顾会",
    description="Record a retrospective; its actions are sub-issues / 记录一次回顾会；改进措施为其子议题",
    fields=(
        Field(id="date", label="Date / 日期", placeholder=_DAY, required=True),
        Field(
            id="month",
            label="Month / 月份",
            description="The month it looks back on, if not that of the date / 所回顾的月份，如与日期不同",
            placeholder="2026-10",
        ),
        Field(
            id="attendees",
            label="Attendees / 与会人员",
            description="Ids, by commas or lines / 编号，以逗号或换行分隔",
            placeholder="p-01, p-02",
            required=True,
        ),
        Field(id="decisions", label="Decisions / 决定", kind=AREA, description="One a line / 每行一条"),
        Field(
            id="no_action",
            label="No action because / 无改进措施的原因",
            description="In place of decisions and actions / 没有决定和改进措施时填写",
        ),
    ),
)
ACTION = Form(
    name="action",
    title="Action / 改进措施",
    description="An action of a retrospective: make it a sub-issue of it, and assign one person"
    " / 回顾会的改进措施：设为其子议题，并指派一人",
    fields=(
        Field(
            id="due",
            label="Due / 到期日",
            description="Or give it a milestone with a due date / 或为其设置有到期日的里程碑",
            placeholder=_DAY,
        ),
        Field(
            id="first_due",
            label="First due / 最初到期日",
            description="Where it was postponed / 如曾延期",
            placeholder=_DAY,
        ),
        Field(
            id="verified_by",
            label="Verified by / 验证人",
            description="Else who closes it, if that is not the owner / 留空则为关闭者，负责人本人除外",
        ),
    ),
)
FORMS = (TRAINING, RETROSPECTIVE, ACTION)
