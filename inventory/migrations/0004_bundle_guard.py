"""A bundle has no stock of its own and is no part of another bundle: rules of the database."""

from django.db import migrations

GUARD = """
CREATE FUNCTION inventory_bundle_is_flat() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM inventory_variant v JOIN inventory_product p ON p.id = v.product_id
            WHERE v.id = NEW.component_id AND p.kind = 'bundle')
        OR NOT EXISTS (SELECT FROM inventory_variant v JOIN inventory_product p
            ON p.id = v.product_id WHERE v.id = NEW.bundle_id AND p.kind = 'bundle') THEN
        RAISE EXCEPTION 'a bundle is made of plain goods'
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'bundle_of_plain_goods';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER bundle_of_plain_goods BEFORE INSERT OR UPDATE ON inventory_bundlecomponent
    FOR EACH ROW EXECUTE FUNCTION inventory_bundle_is_flat();

CREATE FUNCTION inventory_kind_is_free() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.kind = 'bundle' AND EXISTS (SELECT FROM inventory_variant v WHERE v.product_id = NEW.id
            AND (EXISTS (SELECT FROM inventory_stocklevel l WHERE l.variant_id = v.id)
                OR EXISTS (SELECT FROM inventory_bundlecomponent c WHERE c.component_id = v.id)))
        OR NEW.kind <> 'bundle' AND EXISTS (SELECT FROM inventory_variant v
            JOIN inventory_bundlecomponent c ON c.bundle_id = v.id WHERE v.product_id = NEW.id) THEN
        RAISE EXCEPTION 'the kind of these goods is settled'
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'product_kind_settled';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER product_kind_settled BEFORE UPDATE OF kind ON inventory_product
    FOR EACH ROW WHEN (OLD.kind IS DISTINCT FROM NEW.kind)
    EXECUTE FUNCTION inventory_kind_is_free();

-- The share lock makes a product that becomes a bundle wait for its first balance, or the reverse.
CREATE FUNCTION inventory_bundle_has_no_stock() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    kind_now text;
BEGIN
    SELECT p.kind INTO kind_now FROM inventory_variant v
        JOIN inventory_product p ON p.id = v.product_id
        WHERE v.id = NEW.variant_id FOR SHARE OF p;
    IF kind_now = 'bundle' THEN
        RAISE EXCEPTION 'a bundle has no stock of its own'
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'level_not_of_bundle';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER level_not_of_bundle BEFORE INSERT ON inventory_stocklevel
    FOR EACH ROW EXECUTE FUNCTION inventory_bundle_has_no_stock();
"""
UNGUARD = """
DROP TRIGGER level_not_of_bundle ON inventory_stocklevel;
DROP FUNCTION inventory_bundle_has_no_stock();
DROP TRIGGER product_kind_settled ON inventory_product;
DROP FUNCTION inventory_kind_is_free();
DROP TRIGGER bundle_of_plain_goods ON inventory_bundlecomponent;
DROP FUNCTION inventory_bundle_is_flat();
"""


class Migration(migrations.Migration):
    dependencies = [("inventory", "0003_places_and_numbers")]
    operations = [migrations.RunSQL(GUARD, UNGUARD)]
