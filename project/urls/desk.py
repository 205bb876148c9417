"""The desk: analysts, supervisors, auditors and administrators."""

from django.urls import include, path

from project.pages import basics, case, people

urlpatterns = [
    path("healthz", basics.healthz, name="healthz"),
    path("", basics.home, name="home"),
    path("look", basics.look, name="look"),
    path("", include("project.urls.sign_in")),
    path("", include("intake.urls.desk")),
    path("", include("referrals.urls.desk")),
    path("cases/<uuid:case_id>", case.case, name="case"),
    path("log/", include("audit.urls")),
    path("people", people.everybody, name="people"),
    path("people/add", people.add, name="add_person"),
    path("people/<uuid:person>/leave", people.leave, name="let_go"),
]
handler400 = "project.pages.errors.bad_request"
handler404 = "project.pages.errors.not_found"
handler500 = "project.pages.errors.server_error"
