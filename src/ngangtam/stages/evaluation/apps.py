from django.apps import AppConfig


class EvaluationConfig(AppConfig):
    name = "ngangtam.stages.evaluation"
    label = "evaluation"

    def ready(self) -> None:
        from ngangtam.foundation.audit.guards import guard
        from ngangtam.stages.evaluation import guarded

        for table, columns in guarded.TABLES.items():
            guard(table, columns)
