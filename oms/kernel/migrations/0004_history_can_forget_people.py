from django.db import migrations

FUNCTION = """
CREATE OR REPLACE FUNCTION kernel_event_is_history() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' OR (OLD.name, OLD.subject_kind, OLD.subject_id, OLD.about_kind,
        OLD.about_id, OLD.actor_kind, OLD.actor_id, OLD.actor_label, OLD.created_at)
        IS DISTINCT FROM (NEW.name, NEW.subject_kind, NEW.subject_id, NEW.about_kind,
        NEW.about_id, NEW.actor_kind, NEW.actor_id, NEW.actor_label, NEW.created_at)
        OR (OLD.data IS DISTINCT FROM NEW.data{unless})
    THEN
        RAISE EXCEPTION 'kernel_event is append-only';
    END IF;
    RETURN NEW;
END $$;
"""


class Migration(migrations.Migration):
    """The data of an event may lose a person's name; what happened, when and by whom may not."""

    dependencies = [("kernel", "0003_alerts_and_books")]

    operations = [
        migrations.RunSQL(
            FUNCTION.format(
                unless="\n            AND coalesce(current_setting('oms.erasing', true), '') <> 'on'"
            ),
            FUNCTION.format(unless=""),
        ),
    ]
