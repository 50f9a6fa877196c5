"""Believable contacts to look around in and to measure with: `from services.demo.making import make`."""

from services.demo.making import DemoMade, make

__all__ = ["DemoMade", "make"]
