from django.urls import path

from projects.views import calendar, people, units

urlpatterns = [
    path("calendar/", calendar.calendar_year, name="calendar"),
    path("calendar/holidays/", calendar.holiday_enter, name="holiday_enter"),
    path("calendar/days/<str:day>/withdraw/", calendar.calendar_day_withdraw, name="calendar_day_withdraw"),
    path("calendar/years/<int:year>/take/", calendar.calendar_year_take, name="calendar_year_take"),
    path("units/", units.unit_list, name="unit_list"),
    path("units/add/", units.unit_add, name="unit_add"),
    path("units/<int:pk>/", units.unit_detail, name="unit"),
    path("units/<int:pk>/edit/", units.unit_edit, name="unit_edit"),
    path("units/<int:pk>/move/", units.unit_move, name="unit_move"),
    path("units/<int:pk>/close/", units.unit_close, name="unit_close"),
    path("units/<int:pk>/reopen/", units.unit_reopen, name="unit_reopen"),
    path("units/people/", people.user_list, name="user_list"),
    path("units/people/open/", people.user_open, name="user_open"),
    path("units/people/<int:pk>/", people.user_detail, name="user"),
    path("units/people/<int:pk>/edit/", people.user_edit, name="user_edit"),
    path("units/people/<int:pk>/reset-password/", people.user_reset_password, name="user_reset_password"),
    path("units/people/<int:pk>/close/", people.user_close, name="user_close"),
    path("units/people/<int:pk>/reopen/", people.user_reopen, name="user_reopen"),
    path("units/people/<int:pk>/unlock/", people.user_unlock, name="user_unlock"),
    path("units/people/<int:pk>/appoint/", people.post_appoint, name="post_appoint"),
    path("units/posts/<int:pk>/end/", people.post_end, name="post_end"),
]
