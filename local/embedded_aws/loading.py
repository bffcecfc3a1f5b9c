"""How a world's process loads moto: starting one is what tests wait for, again and again."""

from __future__ import annotations

import functools
import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def loading() -> Iterator[None]:
    """What is loaded meanwhile stays as long as the process: it is not looked through for garbage, neither now nor later."""
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()


def read_models_once() -> None:
    """For the whole process. moto asks botocore for regions and for the shapes of a service through a session or loader made for that
    one question, and each of them reads the same megabytes of JSON.
    """
    from botocore.loaders import JSONFileLoader

    read = functools.cache(functools.partial(JSONFileLoader.load_file, JSONFileLoader()))
    JSONFileLoader.load_file = lambda self, file_path: read(file_path)
