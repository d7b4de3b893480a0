from django.apps import AppConfig


class FilesConfig(AppConfig):
    name = "ngangtam.foundation.files"
    label = "files"
