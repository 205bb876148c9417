"""Referrals at the desk. To be included by the desk's own list."""

from django.urls import path

from referrals.views import desk

urlpatterns = [
    path("cases/<uuid:case_id>/routes", desk.routes, name="routes"),
    path("cases/<uuid:case_id>/close-reviewed", desk.close_reviewed_case, name="close_reviewed_case"),
    path("referrals", desk.referral_list, name="referrals"),
    path("referrals/<uuid:referral_id>", desk.referral, name="referral"),
    path("referrals/<uuid:referral_id>/hand-over", desk.hand_over, name="hand_over"),
    path("referrals/<uuid:referral_id>/answer", desk.acknowledge, name="acknowledge"),
    path("referrals/<uuid:referral_id>/outcome", desk.outcome, name="outcome"),
    path("referrals/<uuid:referral_id>/send-again", desk.send_again, name="send_again"),
    path("agencies", desk.agencies, name="agencies"),
]
