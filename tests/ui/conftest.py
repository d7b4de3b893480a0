import pytest


@pytest.fixture(autouse=True)
def _only_this_room(settings):
    settings.ROOT_URLCONF = "ui.gallery_routes"
