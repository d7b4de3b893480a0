"""Why a file is not taken, in words for the person who sent it."""

from django.core.exceptions import ValidationError


class FileRefusedError(ValidationError):
    """The file is not kept; nothing of it stays. A form shows the message beside its field."""
