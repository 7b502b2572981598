"""S-Invoice as an Issuer: one line per operation, and one rule: look before sending again."""

from invoicing.issuers.sinvoice import mapping
from invoicing.issuers.sinvoice.client import NOT_FOUND, LoginExpired, SInvoiceClient
from invoicing.ports import LONGEST_CALL, Credentials, Document, DocumentRef, Factory, Issued
from oms.kernel.errors import ServiceRefused, ServiceUnreachable
from oms.kernel.http import PartnerSession

UUID_FAMILY = "TRANSACTION_UUID_"


class SInvoice:
    def __init__(self, client: SInvoiceClient) -> None:
        self.client, self.tax_code = client, client.who.tax_code

    def issue(self, document: Document) -> Issued:
        """Issue once. After a stale login the invoice is looked for before the second send."""
        try:
            return self._create(document)
        except LoginExpired:
            self.client.forget_login()
        found = self._find_or_unknown(document)
        if found:
            return found
        try:
            return self._create(document)
        except LoginExpired as refusal:
            raise ServiceUnreachable("S-Invoice: GENERAL", maybe_done=True) from refusal

    def find(self, ref: DocumentRef) -> Issued | None:
        form = mapping.search_request(self.tax_code, ref)
        try:
            body = self.client.read("InvoiceWS/searchInvoiceByTransactionUuid", data=form)
        except ServiceRefused as refusal:
            if refusal.code == NOT_FOUND:
                return None
            # Any other no is about the question, not about the invoice.
            raise ServiceUnreachable(refusal.message, maybe_done=False) from refusal
        return mapping.found_in(body, ref)

    def preview(self, document: Document) -> bytes:
        path = f"InvoiceUtilsWS/createInvoiceDraftPreview/{self.tax_code}"
        content = mapping.pdf_of(self.client.read(path, json=mapping.create_request(document)))
        if content is None:
            raise ServiceUnreachable("S-Invoice: the preview is empty", maybe_done=False)
        return content

    def pdf(self, ref: DocumentRef) -> bytes | None:
        wanted = mapping.file_request(self.tax_code, ref)
        path = "InvoiceUtilsWS/getInvoiceRepresentationFile"
        return mapping.pdf_of(self.client.read(path, json=wanted))

    def check_login(self) -> None:
        self.client.forget_login()
        self.client.login()

    def _create(self, document: Document) -> Issued:
        path = f"InvoiceWS/createInvoice/{self.tax_code}"
        try:
            body = self.client.write(path, json=mapping.create_request(document))
        except ServiceRefused as refusal:
            if refusal.code.startswith(UUID_FAMILY):
                return self._already_there(document, refusal)
            raise
        result = body.get("result")
        if not isinstance(result, dict):
            raise ServiceUnreachable("S-Invoice: a yes without a result", maybe_done=True)
        return mapping.issued_of(result, series=document.series)

    def _already_there(self, document: Document, refusal: ServiceRefused) -> Issued:
        """Our key was refused: perhaps because it was used, and then the invoice exists."""
        found = self._find_or_unknown(document)
        if found is None:
            raise refusal
        return found

    def _find_or_unknown(self, document: Document) -> Issued | None:
        ref = DocumentRef(document.reference, document.template_code, document.series)
        try:
            return self.find(ref)
        except ServiceUnreachable as silence:
            raise ServiceUnreachable(str(silence), maybe_done=True) from silence


def sinvoice_factory(base_url: str) -> Factory:
    """The factory that wiring registers."""

    def make(who: Credentials) -> SInvoice:
        http = PartnerSession(
            "sinvoice",
            base_url,
            account=who.username,
            timeout=(3, 20),
            budget_s=LONGEST_CALL.total_seconds(),
            redact=("password", "access_token", "refresh_token", "fileToBytes", "Cookie"),
        )
        return SInvoice(SInvoiceClient(http, who))

    return make
