"""The ledger and its corrections can only grow, and the costing method is chosen once."""

from django.db import migrations

# The busiest rows get room for updates in place.
LEDGER = """
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
FREE_LEDGER = """
ALTER TABLE inventory_stocklevel RESET (fillfactor);
DROP TRIGGER movement_append_only ON inventory_stockmovement;
DROP FUNCTION inventory_movement_is_final();
"""
# A statement that promises stock refuses itself: no second round trip decides its end. The message
# names nothing: callers look at the state and then say who took what.
PROMISES = """
CREATE FUNCTION inventory_promise_moved() RETURNS text LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'somebody else took the stock' USING ERRCODE = 'OM001';
END
$$;
"""
NO_PROMISES = "DROP FUNCTION inventory_promise_moved();"
COSTS = """
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
FREE_COSTS = """
DROP TRIGGER valuation_chosen_once ON inventory_valuation;
DROP FUNCTION inventory_valuation_is_kept();
DROP TRIGGER correction_append_only ON inventory_costcorrection;
DROP FUNCTION inventory_correction_is_final();
"""


class Migration(migrations.Migration):
    dependencies = [("inventory", "0001_initial")]
    operations = [migrations.RunSQL(LEDGER, FREE_LEDGER), migrations.RunSQL(PROMISES, NO_PROMISES), migrations.RunSQL(COSTS, FREE_COSTS)]
