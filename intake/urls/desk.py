"""Routes of intake at the desk. The page of one case shows several packages and is routed by the project."""

from django.urls import path

from intake.views import desk

urlpatterns = [
    path("cases/", desk.show_queue, name="queue"),
    path("my-work/", desk.my_work, name="my_work"),
    path("cases/next", desk.take_next, name="take_next"),
    path("cases/<uuid:case_id>/take", desk.take_case, name="take_case"),
    path("cases/<uuid:case_id>/give-back", desk.release_case, name="release_case"),
    path("cases/<uuid:case_id>/assess", desk.assess, name="assess"),
    path("cases/<uuid:case_id>/start-review", desk.start_review, name="start_review"),
    path("cases/<uuid:case_id>/review", desk.review, name="review"),
    path("cases/<uuid:case_id>/heed", desk.heed, name="heed"),
    path("cases/<uuid:case_id>/close", desk.close_case, name="close_case"),
]
