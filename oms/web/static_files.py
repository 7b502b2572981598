"""Static files under names that change with their content, our own ones packed beside them."""

import gzip
from collections.abc import Iterator
from typing import Any

from django.contrib.staticfiles.storage import ManifestStaticFilesStorage

# What every page loads. The others (admin, fonts) are large, rare, or packed already.
PACKED = ("css/", "js/", "django_htmx/")


class PackedStaticFiles(ManifestStaticFilesStorage):
    """WhiteNoise sends `name.gz` to browsers that take it."""

    def post_process(self, *args: Any, **options: Any) -> Iterator[Any]:
        for name, hashed, processed in super().post_process(*args, **options):
            for each in {name, hashed} if isinstance(hashed, str) else {name}:
                self.pack(each)
            yield name, hashed, processed

    def pack(self, name: str) -> None:
        """Write the packed twin; its bytes are the same on every run."""
        if not name.startswith(PACKED) or not name.endswith((".css", ".js", ".svg")):
            return
        if self.exists(name):
            with self.open(name) as file:
                packed = gzip.compress(file.read(), 9, mtime=0)
            with open(self.path(f"{name}.gz"), "wb") as target:
                target.write(packed)
