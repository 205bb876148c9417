"""What a reported address can be. Source: the glossary; every kind names an address, never content."""

from enum import StrEnum


class ItemKind(StrEnum):
    URL = "url"
    ACCOUNT = "account"
    CHANNEL = "channel"
    INVITE = "invite"
    EMAIL = "email"
    PHONE = "phone"
    WALLET = "wallet"
    APP = "app"
    ONION = "onion"
    TEXT = "text"
