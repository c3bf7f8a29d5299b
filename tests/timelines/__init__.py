"""Timelines: every rule of the pack that the stream decides, told as stories with both edges of every threshold."""
