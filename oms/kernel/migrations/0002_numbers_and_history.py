"""Numbers of orders and parcels, and a history that cannot be rewritten."""

from django.db import migrations

NUMBERS = """
CREATE SEQUENCE kernel_order_number START 1001;
CREATE SEQUENCE kernel_package_number START 1001;
"""
NO_NUMBERS = """
DROP SEQUENCE kernel_package_number;
DROP SEQUENCE kernel_order_number;
"""
# Only the columns of delivery may change; the data of an event may lose a person's name, while what
# happened, when and by whom may not.
HISTORY = """
CREATE FUNCTION kernel_event_is_history() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' OR (OLD.name, OLD.subject_kind, OLD.subject_id, OLD.about_kind,
        OLD.about_id, OLD.actor_kind, OLD.actor_id, OLD.actor_label, OLD.created_at)
        IS DISTINCT FROM (NEW.name, NEW.subject_kind, NEW.subject_id, NEW.about_kind,
        NEW.about_id, NEW.actor_kind, NEW.actor_id, NEW.actor_label, NEW.created_at)
        OR (OLD.data IS DISTINCT FROM NEW.data
            AND coalesce(current_setting('oms.erasing', true), '') <> 'on')
    THEN
        RAISE EXCEPTION 'kernel_event is append-only';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER kernel_event_is_history BEFORE UPDATE OR DELETE ON kernel_event
    FOR EACH ROW EXECUTE FUNCTION kernel_event_is_history();
"""
NO_HISTORY = """
DROP TRIGGER kernel_event_is_history ON kernel_event;
DROP FUNCTION kernel_event_is_history();
"""


class Migration(migrations.Migration):
    dependencies = [("kernel", "0001_initial")]
    operations = [migrations.RunSQL(NUMBERS, NO_NUMBERS), migrations.RunSQL(HISTORY, NO_HISTORY)]
