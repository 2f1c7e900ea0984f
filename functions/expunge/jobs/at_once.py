"""Calls that run at the same time, each in a thread of its own."""

from __future__ import annotations

from concurrent.futures import FIRST_EXCEPTION, ThreadPoolExecutor, wait
from contextvars import copy_context
from threading import Event
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

_T = TypeVar("_T")


def at_once(calls: Mapping[str, Callable[[Callable[[], bool]], _T]]) -> dict[str, _T]:
    """The results of all calls, by their names.

    Each call gets a function that is true once another one has failed, so that it can stop early.
    Raises the error of the one that failed first.
    """
    failed = Event()
    with ThreadPoolExecutor(len(calls), "at-once") as pool:
        running = {
            name: pool.submit(copy_context().run, call, failed.is_set)
            for name, call in calls.items()
        }
        ended, _ = wait(running.values(), return_when=FIRST_EXCEPTION)
        errors = [one.exception() for one in running.values() if one in ended]
        if error := next(filter(None, errors), None):
            failed.set()
            raise error
    return {name: one.result() for name, one in running.items()}
