"""What is inside a payload, and what of it a person or a program reads as text."""

import io
import zipfile
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path

from pypdf import PdfReader

from referrals import destinations, documents
from referrals.destinations import Payload
from referrals.documents import ReferralDocument

HOME = Path(destinations.__file__).parent


def sample(key: str) -> ReferralDocument:
    return documents.from_bytes((HOME / key / "samples" / "document.json").read_bytes())


def files_of(payload: Payload) -> dict[str, bytes]:
    """Those of an archive, the parts of a message, or the payload itself."""
    if payload.content_type == "message/rfc822":
        return {
            part.get_filename() or "text": bytes(part.get_payload(decode=True))
            for part in message_of(payload).iter_parts()
        }
    if not zipfile.is_zipfile(io.BytesIO(payload.content)):
        return {payload.name: payload.content}
    with zipfile.ZipFile(io.BytesIO(payload.content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def message_of(payload: Payload) -> EmailMessage:
    return message_from_bytes(payload.content, policy=default)


def texts_of(payload: Payload) -> dict[str, str]:
    """Each file as text; of a PDF, what is read back from its pages."""
    return {name: read(content) for name, content in files_of(payload).items()}


def read(content: bytes) -> str:
    return pdf_text(content) if content.startswith(b"%PDF") else content.decode()


def pdf_text(content: bytes) -> str:
    return "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(content)).pages)
