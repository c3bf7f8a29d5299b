"""The registry as an office keeps it: YAML, a folder of CSV files, or an Excel workbook, in Chinese or English.

Every fault is found and said at once, with sheet, row, column and what to do. What is read becomes events: a registry
is published by the same road as every observation, and a change to it is an event at the instant it holds from.
"""

from observers.registry.changes import registry_changes
from observers.registry.events import entry_since, registry_events
from observers.registry.faults import FaultReason, RegistryFault
from observers.registry.reader import CheckReport, check_registry, read_registry

__all__ = [
    "CheckReport",
    "FaultReason",
    "RegistryFault",
    "check_registry",
    "entry_since",
    "read_registry",
    "registry_changes",
    "registry_events",
]
