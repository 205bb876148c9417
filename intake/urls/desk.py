"""Routes of intake at the desk. The page of one case shows several packages and is routed by the project."""

from django.urls import path

from intake.views import desk, handling, items

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
    path("cases/<uuid:case_id>/close", handling.close_case, name="close_case"),
    path("cases/<uuid:case_id>/confirm-alone", handling.confirm_alone, name="confirm_alone"),
    path("cases/<uuid:case_id>/decide-closing", handling.decide_closure, name="decide_closure"),
    path("cases/<uuid:case_id>/decide-dispute", handling.decide_dispute, name="decide_dispute"),
    path("cases/<uuid:case_id>/note", handling.write_note, name="write_note"),
    path("cases/<uuid:case_id>/reject", handling.reject_case, name="reject_case"),
    path("cases/<uuid:case_id>/open-again", handling.reopen_case, name="reopen_case"),
    path("cases/<uuid:case_id>/review-later", handling.review_later, name="review_later"),
    path("cases/<uuid:case_id>/take-over", handling.take_over, name="take_over"),
    path("cases/<uuid:case_id>/agree-after-all", handling.agree_after_all, name="agree_after_all"),
    path("cases/<uuid:case_id>/assess-again", handling.send_back, name="send_back"),
    path("cases/<uuid:case_id>/undo", handling.undo_case, name="undo_case"),
    path("cases/<uuid:case_id>/items/<uuid:item_id>/assess-again", items.reassess, name="reassess"),
    path("cases/<uuid:case_id>/items/<uuid:item_id>/host", items.trace, name="trace"),
    path("cases/<uuid:case_id>/entries", items.entries, name="case_entries"),
    path("policies/", handling.policies, name="policies"),
]
