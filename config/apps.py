from django.apps import AppConfig

from config import celery


class ProductConfig(AppConfig):
    name = "config"
    celery_app = celery.app  # imported here so that tasks bind to it in every process
