"""Give what is in stock its worth by the cost of its variant; keep corrections and the method."""

from django.db import migrations

# Each past movement gets pieces times today's cost: the balances then get the same sum.
FILL = """
ALTER TABLE inventory_stockmovement DISABLE TRIGGER movement_append_only;
UPDATE inventory_stockmovement m SET value_vnd = m.quantity * v.cost_vnd
FROM inventory_variant v WHERE v.id = m.variant_id AND v.cost_vnd > 0;
ALTER TABLE inventory_stockmovement ENABLE TRIGGER movement_append_only;
UPDATE inventory_stocklevel l SET value_vnd = l.on_hand * v.cost_vnd
FROM inventory_variant v WHERE v.id = l.variant_id AND v.cost_vnd > 0;
"""
GUARD = """
CREATE FUNCTION inventory_correction_is_final() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'cost corrections are append-only'
        USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'correction_append_only';
END
$$;
CREATE TRIGGER correction_append_only BEFORE UPDATE OR DELETE ON inventory_costcorrection
    FOR EACH ROW EXECUTE FUNCTION inventory_correction_is_final();

CREATE FUNCTION inventory_valuation_is_kept() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    before text := 'average';
    after text := 'average';
BEGIN
    IF TG_OP <> 'INSERT' THEN before := OLD.method; END IF;
    IF TG_OP <> 'DELETE' THEN after := NEW.method; END IF;
    IF before <> after
        AND EXISTS (SELECT FROM inventory_stockmovement WHERE kind <> 'opening') THEN
        RAISE EXCEPTION 'the costing method is chosen once'
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'valuation_chosen_once';
    END IF;
    IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER valuation_chosen_once BEFORE INSERT OR UPDATE OR DELETE ON inventory_valuation
    FOR EACH ROW EXECUTE FUNCTION inventory_valuation_is_kept();
"""
UNGUARD = """
DROP TRIGGER valuation_chosen_once ON inventory_valuation;
DROP FUNCTION inventory_valuation_is_kept();
DROP TRIGGER correction_append_only ON inventory_costcorrection;
DROP FUNCTION inventory_correction_is_final();
"""


class Migration(migrations.Migration):
    dependencies = [("inventory", "0004_value")]
    operations = [
        migrations.RunSQL(FILL, migrations.RunSQL.noop),
        migrations.RunSQL(GUARD, UNGUARD),
    ]
