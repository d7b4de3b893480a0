from django.apps import AppConfig


class AuditConfig(AppConfig):
    name = "ngangtam.foundation.audit"
    label = "audit"
