"""What is observed of messages (留言, SITE/message/ID) and error reports (找错, SITE/correction/ID)."""

from typing import Literal

from pydantic import Field

from schemas.envelope import Data, Envelope


class Message(Data):
    """A message from the public."""

    unit: str = Field(description="id of the unit that has to answer")
    column: str = Field(
        default="咨询", description="where it was left; some columns don't count (在线访谈, 网上信访 …)"
    )
    simple: bool = Field(default=False, description="a simple question, such as a tester's (简单常见问题)")
    complicated: bool = Field(default=False, description="needs the longer limit (情况复杂)")


class MessageReceived(Envelope):
    """A message was left at `time`."""

    type: Literal["message.received"]
    data: Message


class Answer(Data):
    """Who answered."""

    answered_by: str | None = None


class MessageAnswered(Envelope):
    """The message was answered at `time`."""

    type: Literal["message.answered"]
    data: Answer


class Invalidation(Data):
    """Why a message needs no answer."""

    reason: str


class MessageInvalidated(Envelope):
    """The message was found to be no valid message (无效留言) at `time`; it never counted."""

    type: Literal["message.invalidated"]
    data: Invalidation


class Publication(Data):
    """A message shown to the public with its answer."""

    item: str
    fields: tuple[str, ...] = Field(description="which of 留言时间、答复时间、答复单位、答复内容 the page shows")


class AnswerPublished(Envelope):
    """A site showed an answered message at `time`, or was seen showing it. Subject: the site."""

    type: Literal["answer.published"]
    data: Publication


class AnswersLook(Data):
    """Somebody looked at the published answers."""

    latest: None = None


class AnswersChecked(Envelope):
    """Somebody looked for newly published answers at `time` (留言公开). Subject: the site."""

    type: Literal["answers.checked"]
    data: AnswersLook = AnswersLook()


class Assignment(Data):
    """An error report assigned by “我为政府网站找错”."""

    unit: str


class CorrectionAssigned(Envelope):
    """An error report was assigned to the site at `time`."""

    type: Literal["correction.assigned"]
    data: Assignment


class CorrectionAnswered(Envelope):
    """The error report was closed at `time`."""

    type: Literal["correction.answered"]
    data: Answer = Answer()


MessageEvent = (
    MessageReceived
    | MessageAnswered
    | MessageInvalidated
    | AnswerPublished
    | AnswersChecked
    | CorrectionAssigned
    | CorrectionAnswered
)
