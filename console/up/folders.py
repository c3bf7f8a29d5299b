"""The folders that `xuncha up` is given."""

import os
from pathlib import Path

from schemas.errors import OperationError


def usable(folder: Path) -> Path:
    """Make a folder, if it is missing.

    Raises:
        OperationError: it can't be made, or nothing can be written there.

    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise OperationError(f"the folder {folder} can't be made ({error.strerror}): name another one") from error
    if not os.access(folder, os.W_OK | os.X_OK):
        raise OperationError(f"nothing can be written in {folder}: change its permissions, or name another folder")
    return folder
