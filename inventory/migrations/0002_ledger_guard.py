"""The ledger can only grow; the busiest rows get room for updates in place."""

from django.db import migrations

GUARD = """
CREATE FUNCTION inventory_movement_is_final() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'stock movements are append-only'
        USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'movement_append_only';
END
$$;
CREATE TRIGGER movement_append_only BEFORE UPDATE OR DELETE ON inventory_stockmovement
    FOR EACH ROW EXECUTE FUNCTION inventory_movement_is_final();
ALTER TABLE inventory_stocklevel SET (fillfactor = 50);
"""
UNGUARD = """
ALTER TABLE inventory_stocklevel RESET (fillfactor);
DROP TRIGGER movement_append_only ON inventory_stockmovement;
DROP FUNCTION inventory_movement_is_final();
"""


class Migration(migrations.Migration):
    dependencies = [("inventory", "0001_initial")]
    operations = [migrations.RunSQL(GUARD, UNGUARD)]
