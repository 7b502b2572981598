"""A small PDF of pages of one size, with the cut fonts embedded. pydyf writes the objects."""

from typing import Any

import pydyf

from .typeset import Face

PAGE_WIDTH, PAGE_HEIGHT = 100 * 72 / 25.4, 150 * 72 / 25.4


class Writer:
    """Collects pages; a font is embedded when the first text uses it."""

    def __init__(self) -> None:
        self.pdf = pydyf.PDF()
        self.faces: dict[str, Face] = {}
        self.used: dict[str, set[str]] = {}
        self.fonts = pydyf.Dictionary({})
        self.resources = pydyf.Dictionary({"Font": self.fonts})
        self.pdf.add_object(self.resources)

    def use(self, face: Face, text: str) -> str:
        self.faces[face.name] = face
        self.used.setdefault(face.name, set()).update(text)
        return face.name

    def end_page(self, marks: list[str]) -> None:
        content = pydyf.Stream([mark.encode() for mark in marks], compress=True)
        self.pdf.add_object(content)
        page = pydyf.Dictionary(
            {
                "Type": "/Page",
                "Parent": self.pdf.pages.reference,
                "MediaBox": pydyf.Array([0, 0, round(PAGE_WIDTH, 4), round(PAGE_HEIGHT, 4)]),
                "Contents": content.reference,
                "Resources": self.resources.reference,
            }
        )
        self.pdf.add_page(page)

    def finish(self) -> bytes:
        from io import BytesIO

        for name, face in self.faces.items():
            self.fonts[name] = self._font(face, sorted(self.used[name]))
        out = BytesIO()
        self.pdf.write(out)
        return out.getvalue()

    def _font(self, face: Face, characters: list[str]) -> Any:
        name = f"/Inter-{face.name}"
        data = pydyf.Stream([face.data], {"Length1": len(face.data)}, compress=True)
        self.pdf.add_object(data)
        descriptor = pydyf.Dictionary(
            {
                "Type": "/FontDescriptor",
                "FontName": name,
                "Flags": 4,
                "FontBBox": pydyf.Array(face.metrics["box"]),
                "ItalicAngle": 0,
                "Ascent": round(face.metrics["ascent"]),
                "Descent": round(face.metrics["descent"]),
                "CapHeight": 727,
                "StemV": 80,
                "FontFile2": data.reference,
            }
        )
        self.pdf.add_object(descriptor)
        widths = pydyf.Array([])
        for character in characters:
            widths += [face.glyphs[character], pydyf.Array([round(face.widths[character], 1)])]
        below = pydyf.Dictionary(
            {
                "Type": "/Font",
                "Subtype": "/CIDFontType2",
                "BaseFont": name,
                "CIDSystemInfo": pydyf.Dictionary(
                    {
                        "Registry": pydyf.String("Adobe"),
                        "Ordering": pydyf.String("Identity"),
                        "Supplement": 0,
                    }
                ),
                "W": widths,
                "FontDescriptor": descriptor.reference,
                "CIDToGIDMap": "/Identity",
            }
        )
        self.pdf.add_object(below)
        reading = self._to_unicode(face, characters)
        font = pydyf.Dictionary(
            {
                "Type": "/Font",
                "Subtype": "/Type0",
                "BaseFont": name,
                "Encoding": "/Identity-H",
                "DescendantFonts": pydyf.Array([below.reference]),
                "ToUnicode": reading.reference,
            }
        )
        self.pdf.add_object(font)
        return font.reference

    def _to_unicode(self, face: Face, characters: list[str]) -> Any:
        """So that text can be copied and searched."""
        rows = [f"<{face.glyphs[c]:04x}> <{ord(c):04x}>" for c in characters if ord(c) < 0x10000]
        lines = [
            "/CIDInit /ProcSet findresource begin 12 dict begin begincmap",
            "/CMapName /OMS def /CMapType 2 def",
            "1 begincodespacerange <0000> <ffff> endcodespacerange",
        ]
        for start in range(0, len(rows), 100):
            part = rows[start : start + 100]
            lines += [f"{len(part)} beginbfchar", *part, "endbfchar"]
        lines.append("endcmap CMapName currentdict /CMap defineresource pop end end")
        stream = pydyf.Stream([line.encode() for line in lines], compress=True)
        self.pdf.add_object(stream)
        return stream
