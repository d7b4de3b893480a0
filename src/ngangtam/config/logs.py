"""Structured logs: one event a line, no personal data, no secret."""

from typing import Any, Literal

import structlog


def logging_settings(style: Literal["console", "json"]) -> dict[str, Any]:
    """Return Django's LOGGING: coloured words on a terminal, JSON in production."""
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso"),
        structlog.processors.format_exc_info,
    ]
    renderer = (
        structlog.processors.JSONRenderer(ensure_ascii=False)
        if style == "json"
        else structlog.dev.ConsoleRenderer()
    )
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "events": {
                "()": structlog.stdlib.ProcessorFormatter,
                "foreign_pre_chain": shared,
                "processors": [
                    structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                    renderer,
                ],
            }
        },
        "handlers": {"standard": {"class": "logging.StreamHandler", "formatter": "events"}},
        "root": {"handlers": ["standard"], "level": "INFO"},
        "loggers": {
            "django.request": {"level": "ERROR"},
            "procrastinate": {"level": "WARNING"},
            # It tells every task of every case as it moves.
            "spiff": {"level": "WARNING"},
        },
    }
