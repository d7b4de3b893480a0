"""Pages of the room: vacancies, opening a case, terms and their clock, examinations."""

from django.urls import path

from ngangtam.stages.appointment.views import exams, posts, terms

urlpatterns = [
    path("", posts.vacancy_list, name="vacancy-list"),
    path("posts/<int:pk>/", posts.appointment_start, name="appointment-start"),
    path("terms/", terms.term_list, name="term-list"),
    path("terms/mine/", terms.term_mine, name="term-mine"),
    path("terms/export/", terms.term_export, name="term-export"),
    path("terms/print/", terms.term_print, name="term-print"),
    path("terms/open/", terms.term_open, name="term-open"),
    path("terms/notice/", terms.term_notice, name="term-notice"),
    path("terms/postings/<int:pk>/", terms.term_record, name="term-record"),
    path("terms/<int:pk>/", terms.term_detail, name="term-detail"),
    path("terms/<int:pk>/settle/", terms.term_settle, name="term-settle"),
    path("terms/<int:pk>/strike/", terms.term_strike, name="term-strike"),
    path("terms/clocks/", terms.clock_set, name="clock-set"),
    path("terms/clocks/<int:pk>/stop/", terms.clock_stop, name="clock-stop"),
    path("limited/", terms.limited_list, name="limited-list"),
    path("exams/", exams.exam_list, name="exam-list"),
    path("exams/announce/", exams.exam_announce, name="exam-announce"),
    path("exams/<int:pk>/", exams.exam_detail, name="exam-detail"),
    path("exams/<int:pk>/jurors/", exams.exam_juror, name="exam-juror"),
    path("exams/<int:pk>/entrants/", exams.exam_enter, name="exam-enter"),
    path("exams/<int:pk>/start/", exams.exam_start, name="exam-start"),
    path("exams/<int:pk>/cancel/", exams.exam_cancel, name="exam-cancel"),
    path("exams/<int:pk>/marks/", exams.exam_marks, name="exam-marks"),
    path("exams/<int:pk>/close/", exams.exam_close, name="exam-close"),
    path("exams/<int:pk>/publish/", exams.exam_publish, name="exam-publish"),
    path("exams/<int:pk>/complaints/", exams.exam_complain, name="exam-complain"),
    path("exams/entrants/<int:pk>/leave/", exams.exam_leave, name="exam-leave"),
    path("exams/complaints/<int:pk>/", exams.exam_answer, name="exam-answer"),
]
