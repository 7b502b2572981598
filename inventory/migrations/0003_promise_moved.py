"""A statement that promises stock refuses itself: no second round trip decides its end."""

from django.db import migrations

# The message names nothing: callers look at the state and then say who took what.
REFUSE = """
CREATE FUNCTION inventory_promise_moved() RETURNS text LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'somebody else took the stock' USING ERRCODE = 'OM001';
END
$$;
"""
FORGET = "DROP FUNCTION inventory_promise_moved();"


class Migration(migrations.Migration):
    dependencies = [("inventory", "0002_ledger_guard")]
    operations = [migrations.RunSQL(REFUSE, FORGET)]
