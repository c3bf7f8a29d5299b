"""A webhook receiver that writes down when each alert came: `python -m tests.bench.witness PORT FILE`."""

import asyncio
import os
import sys
from pathlib import Path

from alerts.receiver import Receiver
from tests.support.installation import SECRET_NAME


async def _serve(port: int, out: Path) -> None:
    async with Receiver(os.environ[SECRET_NAME], port=port, out=out):
        await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(_serve(int(sys.argv[1]), Path(sys.argv[2])))
