from django.db import migrations

# Checked at commit: an invoice and its lines are written by several statements.
INVOICE_SUMS = """
CREATE FUNCTION invoicing_check_sums(wanted bigint) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    stated record;
    summed record;
BEGIN
    SELECT net_vnd, tax_vnd, total_vnd INTO stated FROM invoicing_invoice WHERE id = wanted;
    IF NOT FOUND THEN RETURN; END IF;
    SELECT coalesce(sum(CASE kind WHEN 'discount' THEN -net_vnd ELSE net_vnd END), 0) AS net,
           coalesce(sum(CASE kind WHEN 'discount' THEN -tax_vnd ELSE tax_vnd END), 0) AS tax,
           coalesce(sum(CASE kind WHEN 'discount' THEN -gross_vnd ELSE gross_vnd END), 0) AS gross
    INTO summed FROM invoicing_invoiceline WHERE invoice_id = wanted;
    IF (stated.net_vnd, stated.tax_vnd, stated.total_vnd)
        IS DISTINCT FROM (summed.net, summed.tax, summed.gross) THEN
        RAISE EXCEPTION 'invoice % does not equal its lines', wanted
            USING ERRCODE = 'check_violation', CONSTRAINT = 'invoice_lines_equal_totals';
    END IF;
END $$;
CREATE FUNCTION invoicing_invoice_sums() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM invoicing_check_sums(NEW.id);
    RETURN NULL;
END $$;
CREATE FUNCTION invoicing_line_sums() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP <> 'INSERT' THEN PERFORM invoicing_check_sums(OLD.invoice_id); END IF;
    IF TG_OP <> 'DELETE' THEN PERFORM invoicing_check_sums(NEW.invoice_id); END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER invoicing_invoice_sums
    AFTER INSERT OR UPDATE OF net_vnd, tax_vnd, total_vnd ON invoicing_invoice
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION invoicing_invoice_sums();
CREATE CONSTRAINT TRIGGER invoicing_line_sums
    AFTER INSERT OR UPDATE OR DELETE ON invoicing_invoiceline
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION invoicing_line_sums();
"""
DROP_INVOICE_SUMS = """
DROP TRIGGER invoicing_line_sums ON invoicing_invoiceline;
DROP TRIGGER invoicing_invoice_sums ON invoicing_invoice;
DROP FUNCTION invoicing_line_sums();
DROP FUNCTION invoicing_invoice_sums();
DROP FUNCTION invoicing_check_sums(bigint);
"""

PAYMENT_SUMS = """
CREATE FUNCTION invoicing_check_payment(wanted bigint) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    received bigint;
    applied bigint;
BEGIN
    SELECT amount_vnd INTO received FROM invoicing_payment WHERE id = wanted;
    IF NOT FOUND THEN RETURN; END IF;
    SELECT coalesce(sum(amount_vnd), 0) INTO applied
    FROM invoicing_paymentapplication WHERE payment_id = wanted;
    IF received <> applied THEN
        RAISE EXCEPTION 'payment % is not what was applied', wanted
            USING ERRCODE = 'check_violation', CONSTRAINT = 'payment_equals_applications';
    END IF;
END $$;
CREATE FUNCTION invoicing_payment_sums() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM invoicing_check_payment(NEW.id);
    RETURN NULL;
END $$;
CREATE FUNCTION invoicing_application_sums() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP <> 'INSERT' THEN PERFORM invoicing_check_payment(OLD.payment_id); END IF;
    IF TG_OP <> 'DELETE' THEN PERFORM invoicing_check_payment(NEW.payment_id); END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER invoicing_payment_sums
    AFTER INSERT OR UPDATE OF amount_vnd ON invoicing_payment
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION invoicing_payment_sums();
CREATE CONSTRAINT TRIGGER invoicing_application_sums
    AFTER INSERT OR UPDATE OR DELETE ON invoicing_paymentapplication
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION invoicing_application_sums();
"""
DROP_PAYMENT_SUMS = """
DROP TRIGGER invoicing_application_sums ON invoicing_paymentapplication;
DROP TRIGGER invoicing_payment_sums ON invoicing_payment;
DROP FUNCTION invoicing_application_sums();
DROP FUNCTION invoicing_payment_sums();
DROP FUNCTION invoicing_check_payment(bigint);
"""


class Migration(migrations.Migration):
    dependencies = [("invoicing", "0001_initial")]
    operations = [
        migrations.RunSQL(INVOICE_SUMS, DROP_INVOICE_SUMS),
        migrations.RunSQL(PAYMENT_SUMS, DROP_PAYMENT_SUMS),
    ]
