"""Wiring. The worker's app is loaded with it, so that every process speaks to the same broker."""

from project.celery import app

__all__ = ["app"]
