"""An archive copy: files inside the PDF, as PDF/A-3a asks for them, and the same bytes for the same files."""

from __future__ import annotations

import base64
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    import pydyf
    import weasyprint
    from weasyprint.urls import URLFetcher

ARCHIVE_VARIANT = "pdf/a-3a"
_END_OF_METADATA = b"</rdf:RDF>"
# PDF/A lets a file claim PDF/UA as well, if the metadata describe the words of that claim (ISO 19005-3, 6.6.2.3).
_ACCESSIBLE_TOO = b"""\
<rdf:Description rdf:about="" xmlns:pdfuaid="http://www.aiim.org/pdfua/ns/id/" pdfuaid:part="1"/>
<rdf:Description rdf:about="" xmlns:pdfaExtension="http://www.aiim.org/pdfa/ns/extension/"
 xmlns:pdfaSchema="http://www.aiim.org/pdfa/ns/schema#" xmlns:pdfaProperty="http://www.aiim.org/pdfa/ns/property#">
<pdfaExtension:schemas><rdf:Bag><rdf:li rdf:parseType="Resource">
<pdfaSchema:schema>PDF/UA identification</pdfaSchema:schema>
<pdfaSchema:namespaceURI>http://www.aiim.org/pdfua/ns/id/</pdfaSchema:namespaceURI>
<pdfaSchema:prefix>pdfuaid</pdfaSchema:prefix>
<pdfaSchema:property><rdf:Seq><rdf:li rdf:parseType="Resource">
<pdfaProperty:name>part</pdfaProperty:name>
<pdfaProperty:valueType>Integer</pdfaProperty:valueType>
<pdfaProperty:category>internal</pdfaProperty:category>
<pdfaProperty:description>The part of ISO 14289 that the file follows</pdfaProperty:description>
</rdf:li></rdf:Seq></pdfaSchema:property>
</rdf:li></rdf:Bag></pdfaExtension:schemas>
</rdf:Description>
"""


@dataclass(frozen=True)
class Attachment:
    """One file inside the PDF; `relationship` says what it is to the report, in the words of ISO 32000."""

    name: str
    media_type: str
    description: str
    relationship: Literal["Data", "Source", "Supplement"]
    content: bytes


@dataclass(frozen=True)
class Archive:
    """The files of an archive copy. `day` dates all of them, so that a copy made later has the same bytes."""

    day: date
    attachments: tuple[Attachment, ...]


def prepared(archive: Archive, fetcher: URLFetcher) -> list[weasyprint.Attachment]:
    """The attachments as WeasyPrint takes them, by name, which is the order that a PDF wants."""
    import weasyprint

    moment = datetime.combine(archive.day, time())
    return [
        weasyprint.Attachment(
            url=_address(held),  # an address states the media type, which else depends on the machine
            url_fetcher=fetcher,
            name=held.name,
            description=held.description,
            created=moment,
            modified=moment,
            relationship=held.relationship,
        )
        for held in sorted(archive.attachments, key=lambda held: held.name)
    ]


def associate_once(pdf: pydyf.PDF) -> None:
    """Leave each file associated with the document once; WeasyPrint lists it twice."""
    pdf.catalog["AF"][:] = dict.fromkeys(pdf.catalog["AF"])


def claim_accessible(pdf: pydyf.PDF) -> None:
    """Let the metadata say that the copy is PDF/UA-1 as well."""
    metadata = pdf.objects[int(pdf.catalog["Metadata"].split()[0])]
    metadata.stream = [part.replace(_END_OF_METADATA, _ACCESSIBLE_TOO + _END_OF_METADATA) for part in metadata.stream]


def _address(held: Attachment) -> str:
    return f"data:{held.media_type};base64,{base64.b64encode(held.content).decode('ascii')}"
