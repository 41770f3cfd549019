"""Turns of pages as other people's tools measure them: one line of JSON each way.

Asked {"file": PGM, "tools": [names]}, answers {name: {"degrees": clockwise or null, "ms": CPU milliseconds}}.
Reading the file does not count, except for ImageMagick, which is a program. Greets with {name: version}.
"""
import ctypes, json, resource, shutil, subprocess, sys, time

try:
    import cv2
    import numpy as np
    cv2.setNumThreads(1)
except ImportError:
    cv2 = None
try:
    import deskew
except ImportError:
    deskew = None
try:
    from jdeskew.estimator import get_angle
except ImportError:
    get_angle = None
try:
    lept = ctypes.CDLL("liblept.so.5")
    lept.pixRead.restype = lept.pixConvertTo1.restype = ctypes.c_void_p
    lept.getLeptonicaVersion.restype = ctypes.c_char_p
    lept.setMsgSeverity(6)
except OSError:
    lept = None


def version(package):
    from importlib import metadata
    return metadata.version(package)


def leptonica(pix, threshold, wide):
    one = ctypes.c_void_p(lept.pixConvertTo1(pix, int(threshold)))
    angle, confidence = ctypes.c_float(), ctypes.c_float()
    if wide:  # its own search, over the range of this measurement
        lept.pixFindSkewSweepAndSearch(one, ctypes.byref(angle), ctypes.byref(confidence), 4, 2,
                                       ctypes.c_float(15.5), ctypes.c_float(1.0), ctypes.c_float(0.01))
    else:
        lept.pixFindSkew(one, ctypes.byref(angle), ctypes.byref(confidence))
    lept.pixDestroy(ctypes.byref(one))
    # Below 3 its own pixDeskew leaves the page alone.
    return -angle.value if confidence.value >= 3.0 else None


def otsu(grey, kind):
    return cv2.threshold(grey, 0, 255, kind | cv2.THRESH_OTSU)


def smallest_rectangle(grey):
    _, ink = otsu(grey, cv2.THRESH_BINARY_INV)
    points = cv2.findNonZero(ink)
    if points is None:
        return None
    angle = cv2.minAreaRect(points)[-1] % 90.0
    return angle - 90.0 if angle > 45.0 else angle


def hough(grey):
    edges = cv2.Canny(grey, 50, 150, apertureSize=3)
    lines = cv2.HoughLinesP(edges, 1, np.pi / 180, 100, minLineLength=100, maxLineGap=5)
    if lines is None:
        return None
    x1, y1, x2, y2 = lines.reshape(-1, 4).T.astype(float)
    angles = np.degrees(np.arctan2(y2 - y1, x2 - x1))
    angles = angles[np.abs(angles) < 45]
    return float(np.median(angles)) if len(angles) else None


def plain(angle):
    return None if angle is None else float(angle)


TOOLS, GREETING = {}, {}
if lept and cv2:
    # First, to wrap what the C library needs: (file, picture) -> (what is measured without counting, the measuring).
    def on_pix(threshold_of, wide):
        def ready(file, grey):
            pix = ctypes.c_void_p(lept.pixRead(file.encode()))
            def measure():
                answer = leptonica(pix, threshold_of(grey), wide)
                lept.pixDestroy(ctypes.byref(pix))
                return answer
            return measure
        return ready
    by_otsu = lambda grey: otsu(grey, cv2.THRESH_BINARY)[0]
    TOOLS["leptonica"] = on_pix(lambda grey: 130, False)
    TOOLS["leptonica, otsu"] = on_pix(by_otsu, False)
    TOOLS["leptonica, otsu, ±15"] = on_pix(by_otsu, True)
    name = lept.getLeptonicaVersion().decode()
    GREETING.update({tool: name for tool in TOOLS})
if get_angle and cv2:
    TOOLS["jdeskew"] = lambda file, grey: lambda: plain(get_angle(grey))
    TOOLS["jdeskew, ±15"] = lambda file, grey: lambda: plain(get_angle(grey, angle_max=15.5))
    GREETING["jdeskew"] = GREETING["jdeskew, ±15"] = version("jdeskew")
if deskew and cv2:
    TOOLS["deskew"] = lambda file, grey: lambda: plain(deskew.determine_skew(grey))
    GREETING["deskew"] = version("deskew")
if cv2:
    TOOLS["opencv, smallest rectangle"] = lambda file, grey: lambda: smallest_rectangle(grey)
    TOOLS["opencv, hough"] = lambda file, grey: lambda: hough(grey)
    GREETING["opencv, smallest rectangle"] = GREETING["opencv, hough"] = cv2.__version__
if shutil.which("convert"):
    def magick(file, grey):
        def measure():
            run = subprocess.run(["convert", "-limit", "thread", "1", file, "-deskew", "40%", "-format",
                                  "%[deskew:angle]", "info:"], capture_output=True, text=True)
            try:
                return -float(run.stdout)
            except ValueError:
                return None
        return measure
    TOOLS["imagemagick"] = magick
    first = subprocess.run(["convert", "-version"], capture_output=True, text=True).stdout.split()
    GREETING["imagemagick"] = first[2] if len(first) > 2 else "?"


def spent():
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.process_time() + children.ru_utime + children.ru_stime


print(json.dumps(GREETING), flush=True)
for line in sys.stdin:
    question = json.loads(line)
    grey = cv2.imread(question["file"], cv2.IMREAD_GRAYSCALE) if cv2 else None
    answers = {}
    for tool in question["tools"]:
        measure = TOOLS[tool](question["file"], grey)
        start = spent()
        try:
            degrees = measure()
        except Exception as error:  # a tool that fails on a page gave no answer
            print(f"{tool}: {error}", file=sys.stderr)
            degrees = None
        answers[tool] = {"degrees": degrees, "ms": 1000.0 * (spent() - start)}
    print(json.dumps(answers), flush=True)
