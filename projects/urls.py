from django.urls import path

from projects.views import calendar

urlpatterns = [
    path("calendar/", calendar.calendar_year, name="calendar"),
    path("calendar/holidays/", calendar.holiday_enter, name="holiday_enter"),
    path("calendar/days/<str:day>/withdraw/", calendar.calendar_day_withdraw, name="calendar_day_withdraw"),
    path("calendar/years/<int:year>/take/", calendar.calendar_year_take, name="calendar_year_take"),
]
