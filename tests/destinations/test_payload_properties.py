"""What holds for every payload of every destination, whatever the document says."""

import dataclasses
import json
import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime
from hashlib import sha256
from typing import Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from intake.refusals import find_media
from referrals import destinations, documents
from referrals.destinations import Destination
from referrals.documents import (
    Addressee,
    Approval,
    DocumentItem,
    FollowUpCited,
    Informed,
    LeftOut,
    ReferralDocument,
    RuleCited,
    printable,
)
from referrals.documents.vocabulary import LANGUAGES
from tests.destinations.contents import HOME, files_of, sample, texts_of
from tests.destinations.corpus import HOSTILE, LONGEST

KEYS = sorted(destinations.registry())
TOLD = [key for key in KEYS if key != "console"]
"""Those that bring the facts; the console brings a line about them."""
NEVER = ["dataPayload", "ContentData", '"evidence"', "screenshot", "hash_values", "data:image", "base64,"]
LONG_RUN = re.compile(r"[A-Za-z0-9+/=_-]{200,}")

texts = st.one_of(st.text(max_size=40), st.sampled_from([text for text in HOSTILE if len(text) < 200]))
codes = st.sampled_from(["", "yes", "not_determined", "a_code_of_tomorrow"])
moments = st.datetimes(datetime(2020, 1, 1), datetime(2040, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001
days = st.dates(date(2020, 1, 1), date(2040, 1, 1))
items = st.builds(
    DocumentItem,
    position=st.integers(1, 999),
    kind=st.sampled_from(["url", "onion", "account", "channel", "invite", "email", "phone", "wallet", "app"]),
    address=texts,
    defanged=texts,
    verdict=st.sampled_from(["baseline_csam", "national_csam", "other_illegal", "not_illegal", ""]),
    scheme=texts,
    hosting_country=st.one_of(st.sampled_from(["RO", "DE", ""]), texts),
    host_known_by=codes,
    assessed_by=texts,
    reports=st.integers(1, 10_000),
    first_reported_on=days,
    last_reported_on=days,
    age=codes,
    sex=codes,
    site_type=codes,
    commercial=codes,
    payment_methods=st.lists(codes, max_size=2).map(tuple),
    flags=st.lists(codes, max_size=2).map(tuple),
    platform=texts,
    host_provider=texts,
    network=texts,
    ip=st.one_of(st.sampled_from(["192.0.2.10", "2001:db8::1", ""]), texts),
    traced_at=st.none() | moments,
    confidence=st.integers(0, 100),
    canonical=texts,
    spellings=st.lists(texts, max_size=2).map(tuple),
)
referral_documents = st.builds(
    ReferralDocument,
    hotline=texts,
    agency=st.builds(
        Addressee,
        name=texts,
        kind=codes,
        country=st.sampled_from(["RO", "DE"]),
        contact=st.just("abuse@host.example.org"),
        languages=st.sampled_from([(), ("ro",), ("en",), ("de", "en")]),
    ),
    case_number=texts,
    priority=st.sampled_from(["danger", "high", "normal", "low"]),
    rule=st.builds(RuleCited, texts, st.integers(1, 99), st.just("suggested"), texts),
    items=st.lists(items, min_size=1, max_size=3, unique_by=lambda item: item.position).map(tuple),
    reviewed_by=texts,
    left_out=st.lists(st.builds(LeftOut, codes, codes, st.integers(0, 9)), max_size=2).map(tuple),
    referral=st.one_of(st.just("R-2026-0001"), texts),
    confirmed_by=texts,
    confirmed_at=st.none() | moments,
    approval=st.none() | st.just(Approval(UUID(int=7), "9f2c61d0" * 8)),
    hotline_contact=st.just("notices@hotline.example.org"),
    legal_basis=texts,
    offences=st.lists(texts, max_size=2).map(tuple),
    urgency_reason=texts,
    informed=st.lists(st.builds(Informed, texts, codes, texts, codes, texts), max_size=2).map(tuple),
    hold_until=st.none() | moments,
    preserve=st.booleans(),
    test=st.booleans(),
    follow_up=st.none()
    | st.builds(
        FollowUpCited, st.sampled_from(["supplement", "correction", "withdrawal"]), st.integers(1, 9), texts
    ),
    answer_url=texts,
    answer_until=st.none() | moments,
)
slice_of_all = settings(
    max_examples=40,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)


@pytest.fixture(params=KEYS)
def destination(request: pytest.FixtureRequest) -> Destination:
    return destinations.find(str(request.param))


def sample_of(destination: Destination) -> ReferralDocument:
    return sample(destination.key)


@slice_of_all
@given(document=referral_documents)
def test_the_same_document_makes_the_same_bytes(destination: Destination, document: ReferralDocument) -> None:
    assert destination.build(document) == destination.build(replace(document))


@slice_of_all
@given(document=referral_documents)
def test_nothing_in_it_looks_like_media(destination: Destination, document: ReferralDocument) -> None:
    for name, text in texts_of(destination.build(document)).items():
        assert find_media(text) is None, name
        assert not LONG_RUN.search(text), name
        assert not [word for word in NEVER if word in text], name


@slice_of_all
@given(document=referral_documents)
def test_every_address_is_exact_for_machines(destination: Destination, document: ReferralDocument) -> None:
    wanted = [documents.without_surrogates(item.address) for item in document.items]
    for held in machine_addresses(files_of(destination.build(document))):
        assert held == wanted


def machine_addresses(files: Mapping[str, bytes]) -> Iterator[list[str]]:
    """The addresses as each file for machines has them, in the order of the items."""
    if "referral.json" in files:
        yield [item["address"] for item in json.loads(files["referral.json"])["items"]]
    if "notice.json" in files:
        yield [
            item["address"]
            for notice in json.loads(files["notice.json"])["notices"]
            for item in notice["items"]
        ]
    if "referral.jsonld" in files:
        yield list(graph_addresses(json.loads(files["referral.jsonld"])["@graph"]))


def graph_addresses(graph: list[dict[str, Any]]) -> Iterator[str]:
    for node in graph:
        if not node["@id"].startswith("kb:item-"):
            continue
        facet = node["uco-core:hasFacet"][0]
        name = node.get("uco-core:name", "")
        assert facet.get("uco-observable:fullValue", name) == name
        yield name


@pytest.mark.parametrize("letter", ["x", "é", "中"])
def test_the_longest_address_is_never_cut(destination: Destination, letter: str) -> None:
    stem = "https://example.org/"
    address = stem + letter * ((LONGEST - len(stem)) // len(letter.encode()))
    item = replace(sample_of(destination).items[0], address=address, defanged=address, spellings=())
    payload = destination.build(replace(sample_of(destination), items=(item,)))
    assert len(address) <= destination.longest_address
    assert not [held for held in machine_addresses(files_of(payload)) if held != [address]]
    if destination.key == "police_package":
        assert on_paper(texts_of(payload)["referral.pdf"]).count(printable(address)) == 2


def on_paper(text: str) -> str:
    """The text of the pages run together, without the head and foot that stand between them."""
    return re.sub(r"SesizareaR-2026-0311Doarpentrudestinatar|Pagina\d+din\d+", "", "".join(text.split()))


def test_it_does_not_depend_on_where_and_when_it_is_built(destination: Destination) -> None:
    """Another time zone, language, folder and order of hashes: the same bytes."""
    program = (
        "import hashlib, sys; sys.path.insert(0, sys.argv[2]);"
        "from tests.destinations.contents import sample; from referrals import destinations;"
        "made = destinations.find(sys.argv[1]).build(sample(sys.argv[1]));"
        "print(hashlib.sha256(made.content).hexdigest())"
    )
    elsewhere = {"PATH": os.environ["PATH"], "TZ": "Pacific/Auckland", "LANG": "C", "PYTHONHASHSEED": "7"}
    run = subprocess.run(
        [sys.executable, "-c", program, destination.key, str(HOME.parents[1])],
        capture_output=True,
        text=True,
        check=True,
        cwd="/",
        env=elsewhere,
    )
    here = sha256(destination.build(sample_of(destination)).content).hexdigest()
    assert run.stdout.strip() == here


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("key", TOLD)
def test_every_word_for_people_is_the_documents_or_ours(key: str, language: str) -> None:
    document = sample(key)
    spoken = replace(document, agency=replace(document.agency, languages=(language,)))
    ours = words(json.dumps(list(constants(key)), ensure_ascii=False))
    theirs = words(" ".join(values(spoken)))
    for name, text in texts_of(destinations.find(key).build(spoken)).items():
        if name in {"README.txt", "text", "referral.pdf"}:
            strange = {word for word in words(text) - ours - theirs if not word.isdigit()}
            assert strange <= {"UTC", *FILE_NAMES}, name


FILE_NAMES = {"README", "txt", "items", "csv", "manifest", "json", "referral", "jsonld", "pdf"}


def words(text: str) -> set[str]:
    return set(re.findall(r"\w+", text))


def constants(key: str) -> Iterator[Any]:
    """Every sentence that the folder, and what folders share, can say."""
    for path in [*(HOME.parent / "documents" / "words").glob("*"), *(HOME / key).glob("words/*")]:
        yield json.loads(path.read_text())


def values(thing: Any) -> Iterator[str]:
    if dataclasses.is_dataclass(thing):
        for field in dataclasses.fields(thing):
            yield from values(getattr(thing, field.name))
    elif isinstance(thing, tuple):
        for part in thing:
            yield from values(part)
    elif thing is not None:
        yield str(thing)


def test_more_items_take_longer_in_proportion_and_not_more(destination: Destination) -> None:
    """Growth, not time: sixteen times the items may take forty times as long, and not 256 times."""
    few, many = (of_size(sample_of(destination), count) for count in (20, 320))
    assert best_time(destination, many) < 40 * best_time(destination, few) + 0.05


def test_longer_addresses_take_longer_in_proportion_and_not_more(destination: Destination) -> None:
    short, long = (
        replace(one, items=(replace(one.items[0], address="x" * size, defanged="x" * size),))
        for one, size in ((sample_of(destination), LONGEST // 16), (sample_of(destination), LONGEST))
    )
    assert best_time(destination, long) < 40 * best_time(destination, short) + 0.05


def of_size(document: ReferralDocument, count: int) -> ReferralDocument:
    return replace(
        document, items=tuple(replace(document.items[0], position=place) for place in range(1, count + 1))
    )


def best_time(destination: Destination, document: ReferralDocument) -> float:
    return min(_time(destination, document) for _ in range(3))


def _time(destination: Destination, document: ReferralDocument) -> float:
    begun = time.perf_counter()
    destination.build(document)
    return time.perf_counter() - begun
