"""Makes the two assets again, byte for byte. Needs fonttools 4.68 and Pillow 13: python3 make.py"""
import io
import struct

from fontTools.fontBuilder import FontBuilder
from fontTools.ttLib.tables._g_l_y_f import Glyph
from PIL import ImageCms

# Seconds since 1904 at 2026-01-01: a fixed date, so that the same program gives the same bytes.
DATE = 3850070400

font = FontBuilder(1000, isTTF=True)
font.setupGlyphOrder([".notdef", "blank"])
font.setupGlyf({".notdef": Glyph(), "blank": Glyph()})
font.setupHorizontalMetrics({".notdef": (500, 0), "blank": (500, 0)})
font.setupHorizontalHeader(ascent=800, descent=-200)
font.font["head"].created = font.font["head"].modified = DATE
font.font.recalcTimestamp = False
out = io.BytesIO()
font.font.save(out)
open("glyphless.ttf", "wb").write(out.getvalue())

profile = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
profile[8:12] = bytes([4, 0x20, 0, 0])  # PDF 1.7 knows profiles up to 4.2; nothing newer is in it
profile[24:36] = struct.pack(">6H", 2026, 1, 1, 0, 0, 0)
profile[84:100] = bytes(16)  # the profile id would cover the old date
open("srgb.icc", "wb").write(profile)
