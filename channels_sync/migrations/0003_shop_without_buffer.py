from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("channels_sync", "0002_buffer_becomes_rule")]

    operations = [migrations.RemoveField(model_name="shop", name="buffer")]
