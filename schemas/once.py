"""An attribute that is reckoned when it is first asked for, and then kept.

`functools.cached_property` takes a lock for it before Python 3.12, which costs more than what we reckon.
"""

from collections.abc import Callable
from typing import Any, Generic, TypeVar, overload

T = TypeVar("T")


class once(Generic[T]):  # noqa: N801  # it is written like a property
    """Decorates a method without arguments; the object needs a `__dict__`, where the value is kept."""

    def __init__(self, reckon: Callable[[Any], T]) -> None:
        self._reckon = reckon
        self._name = reckon.__name__
        self.__doc__ = reckon.__doc__

    @overload
    def __get__(self, one: None, owner: type) -> "once[T]": ...
    @overload
    def __get__(self, one: object, owner: type) -> T: ...
    def __get__(self, one: object | None, owner: type) -> "once[T] | T":
        """The value; from the second time on Python finds it in the object and does not come here."""
        if one is None:
            return self
        value = one.__dict__[self._name] = self._reckon(one)
        return value
