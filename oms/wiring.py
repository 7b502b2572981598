"""The only module that names concrete adapters and joins an app to one on its right."""


def wire() -> None:
    """Register adapters and panels; called once when Django is ready."""
    wire_invoicing()


def wire_invoicing() -> None:
    from django.conf import settings

    from invoicing import panels
    from invoicing.issuers.sinvoice.connector import sinvoice_factory
    from invoicing.ports import register_issuer

    base_url = settings.PARTNERS["sinvoice"]["base_url"]
    register_issuer("sinvoice", "Viettel S-Invoice", sinvoice_factory(base_url))
    panels.register()
