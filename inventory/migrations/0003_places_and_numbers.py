"""A home bin lies in its own warehouse; numbers of the papers of goods."""

from django.db import migrations

SAME_PLACE = """
ALTER TABLE inventory_homebin ADD CONSTRAINT home_in_the_warehouse_of_its_bin
    FOREIGN KEY (bin_id, warehouse_id) REFERENCES inventory_bin (id, warehouse_id)
    ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED;
"""
ANY_PLACE = "ALTER TABLE inventory_homebin DROP CONSTRAINT home_in_the_warehouse_of_its_bin;"
NUMBERS = """
CREATE SEQUENCE inventory_transfer_number START 1;
CREATE SEQUENCE inventory_count_number START 1;
CREATE SEQUENCE inventory_purchase_number START 1001;
CREATE SEQUENCE inventory_receipt_number START 1001;
CREATE SEQUENCE inventory_supplier_return_number START 1001;
"""
NO_NUMBERS = """
DROP SEQUENCE inventory_purchase_number;
DROP SEQUENCE inventory_receipt_number;
DROP SEQUENCE inventory_supplier_return_number;
DROP SEQUENCE inventory_count_number;
DROP SEQUENCE inventory_transfer_number;
"""


class Migration(migrations.Migration):
    dependencies = [("inventory", "0002_ledger_guards")]
    operations = [migrations.RunSQL(SAME_PLACE, ANY_PLACE), migrations.RunSQL(NUMBERS, NO_NUMBERS)]
