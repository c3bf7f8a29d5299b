"""The machine in one line, because a number without its machine says nothing."""

import os
import platform
from pathlib import Path


def describe() -> str:
    """Processor, cores that this process may use, operating system, Python, and how busy it is with other things."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    python = f"{platform.python_implementation()} {platform.python_version()}"
    return f"{_processor()}, {cores} cores (load {os.getloadavg()[0]:.1f} before), {platform.system()}, {python}"


def _processor() -> str:
    info = Path("/proc/cpuinfo")
    lines = info.read_text(encoding="utf-8").splitlines() if info.exists() else []
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.processor() or platform.machine()
