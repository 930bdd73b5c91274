import pytest

from projects.roles import Role
from tests.conftest import appoint
from tests.reports.bulletins.papers import drafted


@pytest.fixture(autouse=True)
def files(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def checker(government):
    """A second person of 区重点办."""
    return appoint(Role.OFFICE, government, username="checker", full_name="褚核稿")


@pytest.fixture
def third(government):
    """The third of the office."""
    return appoint(Role.OFFICE, government, username="third", full_name="卫三")


@pytest.fixture
def people(office, checker, signer):
    """Drafter, checker, signer."""
    return office, checker, signer


@pytest.fixture
def draft(db):
    return drafted()
