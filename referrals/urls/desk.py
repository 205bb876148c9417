"""Referrals at the desk. To be included by the desk's own list."""

from django.urls import path

from referrals.views import desk, directory, follow_ups, holds, routes, worklist

urlpatterns = [
    path("cases/<uuid:case_id>/routes", routes.routes, name="routes"),
    path("cases/<uuid:case_id>/forward", routes.forward_case, name="forward_case"),
    path("cases/<uuid:case_id>/leave-out", routes.leave_out, name="leave_out"),
    path("cases/<uuid:case_id>/undo-referrals", routes.undo_referrals, name="undo_referrals"),
    path("cases/<uuid:case_id>/close-reviewed", routes.close_reviewed_case, name="close_reviewed_case"),
    path("cases/<uuid:case_id>/hold", holds.set_hold, name="set_hold"),
    path("cases/<uuid:case_id>/hold/extend", holds.extend_hold, name="extend_hold"),
    path("cases/<uuid:case_id>/hold/release", holds.release_hold, name="release_hold"),
    path("overrulings/<uuid:overruling_id>/decide", routes.decide_overruling, name="decide_overruling"),
    path("overrulings/<uuid:overruling_id>/take-back", routes.take_back, name="take_back"),
    path("cases/<uuid:case_id>/supplement", follow_ups.supplement, name="supplement"),
    path("cases/<uuid:case_id>/correct", follow_ups.correct, name="correct"),
    path("cases/<uuid:case_id>/withdraw", follow_ups.withdraw, name="withdraw"),
    path("worklist", worklist.worklist, name="worklist"),
    path("referrals", desk.referral_list, name="referrals"),
    path("referrals/<uuid:referral_id>", desk.referral, name="referral"),
    path("referrals/<uuid:referral_id>/hand-over", desk.hand_over, name="hand_over"),
    path("referrals/<uuid:referral_id>/answer", desk.acknowledge, name="acknowledge"),
    path("referrals/<uuid:referral_id>/outcome", desk.outcome, name="outcome"),
    path("referrals/<uuid:referral_id>/send-again", desk.send_again, name="send_again"),
    path("referrals/<uuid:referral_id>/reminded", follow_ups.reminded, name="reminded"),
    path("referrals/<uuid:referral_id>/take-care", follow_ups.take_care, name="take_care"),
    path("agencies", desk.agencies, name="agencies"),
    path("agencies/new", directory.new_agency, name="new_agency"),
    path("agencies/<uuid:agency_id>", directory.agency, name="agency"),
    path("agencies/<uuid:agency_id>/terms", directory.change_agency, name="change_agency"),
    path("agencies/<uuid:agency_id>/contact", directory.approve_contact, name="approve_contact"),
    path("agencies/<uuid:agency_id>/pause", directory.pause_agency, name="pause_agency"),
    path("agencies/<uuid:agency_id>/switch", directory.ask_live, name="ask_live"),
    path("agencies/<uuid:agency_id>/switch/decide", directory.decide_live, name="decide_live"),
    path("rules", directory.rule_list, name="rules"),
    path("rules/new", directory.new_rule, name="new_rule"),
    path("rules/<uuid:rule_id>/activate", directory.activate_rule, name="activate_rule"),
    path("rules/<uuid:rule_id>/retire", directory.retire_rule, name="retire_rule"),
]
