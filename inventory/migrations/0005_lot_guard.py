"""The ledger of lots and serials can only grow."""

from django.db import migrations

GUARD = """
CREATE FUNCTION inventory_lot_movement_is_final() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'lot movements are append-only'
        USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'lot_movement_append_only';
END
$$;
CREATE TRIGGER lot_movement_append_only BEFORE UPDATE OR DELETE ON inventory_lotmovement
    FOR EACH ROW EXECUTE FUNCTION inventory_lot_movement_is_final();
"""
UNGUARD = """
DROP TRIGGER lot_movement_append_only ON inventory_lotmovement;
DROP FUNCTION inventory_lot_movement_is_final();
"""


class Migration(migrations.Migration):
    dependencies = [("inventory", "0004_bundle_guard")]
    operations = [migrations.RunSQL(GUARD, UNGUARD)]
