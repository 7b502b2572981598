"""The texts that categories and brands were; their names are rows now."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("inventory", "0007_category_names")]
    operations = [
        migrations.RemoveField("product", "brand_text"),
        migrations.RemoveField("product", "category_text"),
    ]
