"""What a buyer was sent is what he was sent: only his answer may be written beside it."""

from django.db import migrations

NUMBERS = """
CREATE SEQUENCE orders_quotation_number START 1001;
CREATE SEQUENCE orders_recurring_number START 1001;
CREATE SEQUENCE orders_return_number START 1001;
"""
NO_NUMBERS = """
DROP SEQUENCE orders_return_number;
DROP SEQUENCE orders_recurring_number;
DROP SEQUENCE orders_quotation_number;
"""
FROZEN = """
CREATE FUNCTION orders_quotation_frozen() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_TABLE_NAME = 'orders_quotationline' THEN
        PERFORM FROM orders_quotationversion v
        WHERE v.sent_at IS NOT NULL AND v.id IN (NEW.version_id, OLD.version_id);
        IF FOUND THEN
            RAISE EXCEPTION 'a quotation that was sent does not change'
                USING ERRCODE = 'check_violation', CONSTRAINT = 'quotation_sent_is_frozen';
        END IF;
        RETURN coalesce(NEW, OLD);
    END IF;
    IF OLD.sent_at IS NOT NULL AND
        (NEW.quotation_id, NEW.number, NEW.valid_until, NEW.terms, NEW.goods_vnd,
         NEW.discount_vnd, NEW.shipping_fee_vnd, NEW.total_vnd, NEW.tax_vnd, NEW.sent_at,
         NEW.payment_days)
        IS DISTINCT FROM
        (OLD.quotation_id, OLD.number, OLD.valid_until, OLD.terms, OLD.goods_vnd,
         OLD.discount_vnd, OLD.shipping_fee_vnd, OLD.total_vnd, OLD.tax_vnd, OLD.sent_at,
         OLD.payment_days) THEN
        RAISE EXCEPTION 'a quotation that was sent does not change'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'quotation_sent_is_frozen';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER quotation_line_frozen BEFORE INSERT OR UPDATE OR DELETE ON orders_quotationline
    FOR EACH ROW EXECUTE FUNCTION orders_quotation_frozen();
CREATE TRIGGER quotation_version_frozen BEFORE UPDATE ON orders_quotationversion
    FOR EACH ROW EXECUTE FUNCTION orders_quotation_frozen();
"""
NOT_FROZEN = """
DROP TRIGGER quotation_version_frozen ON orders_quotationversion;
DROP TRIGGER quotation_line_frozen ON orders_quotationline;
DROP FUNCTION orders_quotation_frozen();
"""


class Migration(migrations.Migration):
    dependencies = [("orders", "0003_orders_kept")]
    operations = [migrations.RunSQL(NUMBERS, NO_NUMBERS), migrations.RunSQL(FROZEN, NOT_FROZEN)]
