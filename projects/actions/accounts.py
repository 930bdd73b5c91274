"""账号: opened, closed and unlocked by the system administrator; their passwords known only to their owners."""

from datetime import date, datetime

from axes.utils import reset
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction

from projects import audit, names
from projects.errors import NotAllowed, RuleViolation
from projects.models import Post, User
from projects.passwords import generated_password
from projects.recorded import day_of
from projects.roles import ADMINISTRATORS, Role


@transaction.atomic
def open_account(
    *, username: str, full_name: str, office_phone: str = "", email: str = "", by: User | None, at: datetime
) -> tuple[User, str]:
    """开户: a person with an account, and the first password, which is told once and must be changed.

    ``by`` None is the set-up of a new installation. What the person may do comes from posts, which
    another administrator gives.
    """
    if User.objects.filter(username=username).exists():
        raise RuleViolation(f"账号“{username}”已存在，请换一个。")
    user = User(username=username, full_name=full_name, office_phone=office_phone, email=email)
    user.sort_key = names.sort_key(full_name)[:200]
    user.set_unusable_password()
    user.save()
    audit.record(
        "user.account_opened",
        user,
        by=by,
        at=at,
        changes=audit.in_words(None, user, ["username", "office_phone", "email"]),
    )
    return user, _issue_password(user, at=at)


@transaction.atomic
def correct_person(*, user: User, full_name: str, office_phone: str, email: str = "", by: User, at: datetime) -> None:
    """Mend a name or a telephone number; the account's own name stays as it was opened."""
    user = User.objects.select_for_update().get(pk=user.pk)
    before = User.objects.get(pk=user.pk)
    user.full_name, user.office_phone, user.email = full_name, office_phone, email
    user.sort_key = names.sort_key(full_name)[:200]
    user.save(update_fields=["full_name", "office_phone", "email", "sort_key"])
    changes = audit.in_words(before, user, ["full_name", "office_phone", "email"])
    audit.record("user.corrected", user, by=by, at=at, changes=changes)


@transaction.atomic
def reset_password(*, user: User, by: User, at: datetime) -> str:
    """A new password for somebody else, told once; every session of that person ends."""
    if user == by:
        raise NotAllowed("不能为自己重置密码，请使用“修改密码”。")
    user = User.objects.select_for_update().get(pk=user.pk)
    if not user.is_active:
        raise RuleViolation(f"{user.full_name}的账号已停用，请先重新启用。")
    audit.record("user.password_reset", user, by=by, at=at)
    return _issue_password(user, at=at)


@transaction.atomic
def close_account(*, user: User, by: User, at: datetime) -> None:
    """停用: nobody signs in with it any more; what the person did keeps their name."""
    if user == by:
        raise NotAllowed("不能停用自己的账号，请由另一名系统管理员办理。")
    user = User.objects.select_for_update().get(pk=user.pk)
    if not user.is_active:
        raise RuleViolation(f"{user.full_name}的账号已是停用状态，无须再停用。")
    _refuse_last_administrator(user, on=day_of(at))
    user.is_active = False
    user.save(update_fields=["is_active"])
    audit.record("user.account_closed", user, by=by, at=at)


@transaction.atomic
def reopen_account(*, user: User, by: User, at: datetime) -> str:
    """重新启用, with a new password: the old one may have been noted down by a successor."""
    user = User.objects.select_for_update().get(pk=user.pk)
    if user.is_active:
        raise RuleViolation(f"{user.full_name}的账号正在使用，无须重新启用。")
    user.is_active = True
    user.save(update_fields=["is_active"])
    audit.record("user.account_reopened", user, by=by, at=at)
    return _issue_password(user, at=at)


@transaction.atomic
def unlock(*, user: User, by: User, at: datetime) -> None:
    """Forget the failures of this account, from whichever address they came."""
    forgotten = reset(username=user.username)
    if not forgotten:
        raise RuleViolation(f"{user.full_name}的账号没有被锁定，无须解除。")
    audit.record("user.unlocked", user, by=by, at=at)


@transaction.atomic
def unlock_address(*, address: str, by: User, at: datetime) -> None:
    """Forget every failure that came from this address, on whichever account."""
    if not reset(ip=address):
        raise RuleViolation(f"{address} 没有被锁定，无须解除。")
    audit.record("address.unlocked", by, by=by, at=at, changes={"来源地址": address})


@transaction.atomic
def change_own_password(*, user: User, password: str, at: datetime) -> None:
    """The owner sets a new password. Raises ``RuleViolation`` naming every rule it breaks."""
    try:
        validate_password(password, user)
    except ValidationError as error:
        raise RuleViolation("".join(error.messages)) from error
    _set_password(user, password, must_change=False, at=at)
    audit.record("user.password_changed", user, by=user, at=at)


def note_sign_in(*, user: User, at: datetime) -> None:
    audit.record("user.signed_in", user, by=user, at=at)


def note_sign_out(*, user: User, idle: bool, at: datetime) -> None:
    """``idle``: the browser was left alone and the system ended the session."""
    audit.record("user.timed_out" if idle else "user.signed_out", user, by=None if idle else user, at=at)


def note_refusal(*, username: str, locked: bool, at: datetime) -> None:
    """A sign-in that failed, or was not even tried because of a lock."""
    audit.record("user.sign_in_refused" if locked else "user.sign_in_failed", _named(username), by=None, at=at)


def note_lockout(*, username: str, minutes: int, at: datetime) -> None:
    """The failure that made the lock."""
    audit.record("user.locked_out", _named(username), by=None, at=at, changes={"锁定（分钟）": minutes})


def _named(username: str) -> User:
    """A name nobody has is kept by its first two characters: people type passwords into the wrong field."""
    known = User.objects.filter(username=username).first()
    return known or User(full_name=f"未登记的账号 {username[:2]}…")


def _refuse_last_administrator(user: User, *, on: date) -> None:
    """Without a security administrator nobody can ever be given a role again; likewise the other two.

    Their posts are locked: two administrators who close each other at once would leave none.
    """
    list(Post.objects.filter(role__in=ADMINISTRATORS).order_by("pk").select_for_update().values_list("pk"))
    serving = Post.objects.in_force(on=on).filter(user__is_active=True, unit__is_active=True)
    for role in serving.filter(user=user, role__in=ADMINISTRATORS).values_list("role", flat=True):
        if not serving.filter(role=role).exclude(user=user).exists():
            raise RuleViolation(f"{user.full_name}是唯一的{Role(role).label}，请先任命另一人再停用。")


def _issue_password(user: User, *, at: datetime) -> str:
    password = generated_password()
    _set_password(user, password, must_change=True, at=at)
    return password


def _set_password(user: User, password: str, *, must_change: bool, at: datetime) -> None:
    user.set_password(password)
    user.must_change_password, user.password_changed_at = must_change, at
    user.save(update_fields=["password", "must_change_password", "password_changed_at"])
    user.earlier_passwords.create(encoded=user.password, set_at=at)
