"""The permanent cast: every endpoint meets all of them."""

import os
import sqlite3
from contextlib import closing
from datetime import date

import pytest
from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.utils import timezone
from hypothesis import settings as laws

from projects.models import Unit, User, duties_of
from projects.roles import Role
from tests.factories import PASSWORD, KeyProjectFactory, PostFactory, UnitFactory, UserFactory

# A law is not broken by a slow machine; what is drawn is the same at every run, so a failure can be repeated.
laws.register_profile("house", deadline=None, derandomize=True)
laws.load_profile("house")


def pytest_configure() -> None:
    settings.STORAGES["staticfiles"]["BACKEND"] = "django.contrib.staticfiles.storage.StaticFilesStorage"
    settings.STATIC_ROOT.mkdir(parents=True, exist_ok=True)  # WhiteNoise looks for it at every start
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings):
    """SQLite in memory begins with a copy of the tables that were made for all; PostgreSQL has them in its template."""
    if not (made := os.environ.get("MIGRATED")):
        yield
        return
    memory = sqlite3.connect("file:memorydb_default?mode=memory&cache=shared", uri=True)  # where Django will look
    with closing(memory), closing(sqlite3.connect(made)) as tables:
        tables.backup(memory)
        yield


def appoint(role: Role, unit: Unit, **person: object) -> User:
    """A person who holds this post from 2020 on, with the duties it gives today."""
    user = UserFactory(password=make_password(PASSWORD), **person)
    PostFactory(user=user, unit=unit, role=role, starts_on=date(2020, 1, 1))
    user.duties = duties_of(user, on=timezone.localdate())
    return user


@pytest.fixture
def government(db):
    return UnitFactory(name="区人民政府", kind=Unit.Kind.GOVERNMENT, path="000001/")


@pytest.fixture
def lead_unit(government):
    return UnitFactory(name="区住房和城乡建设局", parent=government, path="000001/000002/")


@pytest.fixture
def lead(lead_unit):
    """项目负责人 of ``project``."""
    return appoint(Role.PROJECT_LEAD, lead_unit, username="lead", full_name="李项目")


@pytest.fixture
def dispatcher(lead_unit):
    """牵头单位审核人 of ``lead_unit``."""
    return appoint(Role.REVIEWER, lead_unit, username="dispatcher", full_name="王审核")


@pytest.fixture
def office(government):
    """区重点办."""
    return appoint(Role.OFFICE, government, username="office", full_name="赵重点")


@pytest.fixture
def signer(government):
    return appoint(Role.SIGNER, government, username="signer", full_name="钱签发")


@pytest.fixture
def leader(government):
    return appoint(Role.LEADER, government, username="leader", full_name="孙区长")


@pytest.fixture
def outsider(db):
    """Reviewer of a unit that leads nothing here."""
    return appoint(Role.REVIEWER, UnitFactory(name="区档案馆", path="900009/"), username="outsider", full_name="周旁观")


@pytest.fixture
def sys_admin(government):
    return appoint(Role.SYS_ADMIN, government, username="sysadmin", full_name="吴系统")


@pytest.fixture
def sec_admin(government):
    return appoint(Role.SEC_ADMIN, government, username="secadmin", full_name="郑安全")


@pytest.fixture
def audit_admin(government):
    return appoint(Role.AUDIT_ADMIN, government, username="auditadmin", full_name="冯审计")


@pytest.fixture
def project(lead, lead_unit, leader):
    return KeyProjectFactory(lead_unit=lead_unit, responsible_person=lead, linked_leader=leader)


@pytest.fixture
def enter(client):
    """Sign this person in and give back the browser."""

    def sign_in(user: User):
        client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
        return client

    return sign_in


@pytest.fixture
def enter_as(enter, request):
    """Sign in the member of the cast of this name."""
    return lambda who: enter(request.getfixturevalue(who))
