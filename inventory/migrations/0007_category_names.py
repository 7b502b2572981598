"""The names of categories and brands become rows; plain descriptions become paragraphs."""

from django.db import migrations
from django.utils.html import linebreaks

from oms.kernel.text import fold

SEPARATOR = " > "


def keep_names(apps, _schema_editor) -> None:
    Product = apps.get_model("inventory", "Product")
    Brand, Category = apps.get_model("inventory", "Brand"), apps.get_model("inventory", "Category")
    for text in distinct(Product, "brand_text"):
        brand, _new = Brand.objects.get_or_create(
            name_folded=fold(text), defaults={"name": text.strip()}
        )
        Product.objects.filter(brand_text=text).update(brand=brand)
    for text in distinct(Product, "category_text"):
        parent = None
        for name in filter(None, (part.strip()[:80] for part in text.split(">"))):
            parent = child(Category, parent, name)
        if parent:
            Product.objects.filter(category_text=text).update(category=parent)
    for product in Product.objects.exclude(description="").iterator():
        product.description = linebreaks(product.description, autoescape=True)
        product.save(update_fields=["description"])


def child(Category, parent, name):
    row, new = Category.objects.get_or_create(
        parent=parent,
        name_folded=fold(name),
        defaults={"name": name, "path": f"{parent.path}{SEPARATOR}{name}" if parent else name},
    )
    if new:
        row.trail = f"{parent.trail if parent else '/'}{row.pk}/"
        row.save(update_fields=["trail"])
    return row


def distinct(Product, column) -> list[str]:
    texts = Product.objects.order_by(column).values_list(column, flat=True).distinct()
    return [text for text in texts if fold(text)]


def give_names_back(apps, _schema_editor) -> None:
    Product = apps.get_model("inventory", "Product")
    for product in Product.objects.select_related("brand", "category").iterator():
        product.brand_text = product.brand.name if product.brand else ""
        product.category_text = product.category.path[:120] if product.category else ""
        product.save(update_fields=["brand_text", "category_text"])


class Migration(migrations.Migration):
    dependencies = [("inventory", "0006_category_tree")]
    operations = [migrations.RunPython(keep_names, give_names_back)]
