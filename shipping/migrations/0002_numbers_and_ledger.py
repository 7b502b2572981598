"""Numbers of waves and hand-overs; a ledger of carriers that can only grow."""

from django.db import migrations

NUMBERS = """
CREATE SEQUENCE shipping_wave_number START 1001;
CREATE SEQUENCE shipping_manifest_number START 1001;
"""
NO_NUMBERS = """
DROP SEQUENCE shipping_manifest_number;
DROP SEQUENCE shipping_wave_number;
"""
GUARD = """
CREATE FUNCTION shipping_carrier_entry_is_final() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'carrier entries are append-only'
        USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'carrier_entry_append_only';
END
$$;
CREATE TRIGGER carrier_entry_append_only BEFORE UPDATE OR DELETE ON shipping_carrierentry
    FOR EACH ROW EXECUTE FUNCTION shipping_carrier_entry_is_final();
"""
UNGUARD = """
DROP TRIGGER carrier_entry_append_only ON shipping_carrierentry;
DROP FUNCTION shipping_carrier_entry_is_final();
"""


class Migration(migrations.Migration):
    dependencies = [("shipping", "0001_initial")]
    operations = [migrations.RunSQL(NUMBERS, NO_NUMBERS), migrations.RunSQL(GUARD, UNGUARD)]
