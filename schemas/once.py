"""Attributes that are reckoned when one of them is first asked for, and then kept.

`functools.cached_property` takes a lock for each before Python 3.12, which costs more than what we reckon.
"""

from collections.abc import Callable
from typing import Any, Generic, TypeVar, overload

T = TypeVar("T")


class once(Generic[T]):  # noqa: N801  # it is written like a property
    """An attribute that `reckon` puts into the object's `__dict__`, where Python finds it from then on."""

    def __init__(self, reckon: Callable[[Any], None], doc: str) -> None:
        self._reckon = reckon
        self.__doc__ = doc

    def __set_name__(self, owner: type, name: str) -> None:
        """Know which of the attributes this is."""
        self._name = name

    @overload
    def __get__(self, one: None, owner: type) -> "once[T]": ...
    @overload
    def __get__(self, one: object, owner: type) -> T: ...
    def __get__(self, one: object | None, owner: type) -> "once[T] | T":
        """The value; from the second time on Python does not come here."""
        if one is None:
            return self
        self._reckon(one)
        value: T = one.__dict__[self._name]
        return value
