"""A small PDF of pages of one size, with the cut fonts embedded. pydyf writes the objects."""

from typing import Any

import pydyf

from .typeset import Face


def base_name(face: Face) -> str:
    return f"/Inter-{face.name}"


class Writer:
    """Collects pages of one size in points; a font is embedded when the first text uses it.

    `shift` moves the marks to the right and up, for a printer whose paper lies askew.
    """

    def __init__(
        self,
        width: float,
        height: float,
        *,
        shift: tuple[float, float] = (0.0, 0.0),
        rotation: int = 0,
    ) -> None:
        self.width, self.height = width, height
        self.shift, self.rotation = shift, rotation
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
        right, up = self.shift
        moved = [f"1 0 0 1 {right:.4f} {up:.4f} cm"] if right or up else []
        content = pydyf.Stream([mark.encode() for mark in [*moved, *marks]], compress=True)
        self.pdf.add_object(content)
        page = pydyf.Dictionary(
            {
                "Type": "/Page",
                "Parent": self.pdf.pages.reference,
                "MediaBox": pydyf.Array([0, 0, round(self.width, 4), round(self.height, 4)]),
                "Contents": content.reference,
                "Resources": self.resources.reference,
            }
        )
        if self.rotation:
            page["Rotate"] = self.rotation
        self.pdf.add_page(page)

    def finish(self) -> bytes:
        from io import BytesIO

        for name, face in self.faces.items():
            self.fonts[name] = self._font(face, sorted(self.used[name]))
        out = BytesIO()
        self.pdf.write(out)
        return out.getvalue()

    def _font(self, face: Face, characters: list[str]) -> Any:
        """The font in its two halves: how text names glyphs, and the glyphs themselves."""
        font = pydyf.Dictionary(
            {
                "Type": "/Font",
                "Subtype": "/Type0",
                "BaseFont": base_name(face),
                "Encoding": "/Identity-H",
                "DescendantFonts": pydyf.Array([self._glyphs(face, characters).reference]),
                "ToUnicode": self._to_unicode(face, characters).reference,
            }
        )
        self.pdf.add_object(font)
        return font.reference

    def _glyphs(self, face: Face, characters: list[str]) -> Any:
        """Glyph numbers and their widths, by the numbers of the embedded file."""
        system = {
            "Registry": pydyf.String("Adobe"),
            "Ordering": pydyf.String("Identity"),
            "Supplement": 0,
        }
        widths = pydyf.Array([])
        for character in characters:
            widths += [face.glyphs[character], pydyf.Array([round(face.widths[character], 1)])]
        glyphs = pydyf.Dictionary(
            {
                "Type": "/Font",
                "Subtype": "/CIDFontType2",
                "BaseFont": base_name(face),
                "CIDSystemInfo": pydyf.Dictionary(system),
                "W": widths,
                "FontDescriptor": self._descriptor(face).reference,
                "CIDToGIDMap": "/Identity",
            }
        )
        self.pdf.add_object(glyphs)
        return glyphs

    def _descriptor(self, face: Face) -> Any:
        """The cut font as a file, and its measures."""
        data = pydyf.Stream([face.data], {"Length1": len(face.data)}, compress=True)
        self.pdf.add_object(data)
        descriptor = pydyf.Dictionary(
            {
                "Type": "/FontDescriptor",
                "FontName": base_name(face),
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
        return descriptor

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
