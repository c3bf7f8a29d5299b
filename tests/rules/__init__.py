"""The law as data: packs, calendars, spans."""
