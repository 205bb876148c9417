"""Referrals at the partner door. To be included by the door's own list."""

from django.urls import path

from referrals.views import link, partner

urlpatterns = [
    path("inbox", partner.inbox, name="inbox"),
    path("inbox/<uuid:referral_id>", partner.received, name="received"),
    path("inbox/<uuid:referral_id>/collect", partner.collect, name="collect"),
    path("inbox/<uuid:referral_id>/reply", partner.reply, name="reply"),
    path("answer/<str:token>", link.answer, name="answer"),
]
