"""Pages in photos as people find them with OpenCV: one line of JSON each way.

Asked {"file": PPM}, answers {name: {"quad": four corners clockwise from the top left, or null, "ms": CPU}}.
Reading the file does not count. Greets with {name: version}.
"""
import json
import sys
import time

import cv2
import numpy as np

cv2.setNumThreads(1)


def ordered(points):
    points = np.asarray(points, float).reshape(4, 2)
    middle = points.mean(axis=0)
    turn = np.arctan2(points[:, 1] - middle[1], points[:, 0] - middle[0])
    points = points[np.argsort(turn)]
    return np.roll(points, -int(np.argmin(points.sum(axis=1))), axis=0)


def largest_four(edges, scale):
    contours, _ = cv2.findContours(edges, cv2.RETR_LIST, cv2.CHAIN_APPROX_SIMPLE)
    for contour in sorted(contours, key=cv2.contourArea, reverse=True)[:5]:
        shape = cv2.approxPolyDP(contour, 0.02 * cv2.arcLength(contour, True), True)
        if len(shape) == 4 and cv2.isContourConvex(shape) and cv2.contourArea(shape) > 0.08 * edges.size:
            return ordered(shape) * scale
    return None


def canny(image):
    """The tutorial: height 500, Canny, the largest contour that four points describe."""
    scale = image.shape[0] / 500.0
    small = cv2.resize(image, (int(image.shape[1] / scale), 500), interpolation=cv2.INTER_AREA)
    grey = cv2.GaussianBlur(cv2.cvtColor(small, cv2.COLOR_BGR2GRAY), (5, 5), 0)
    edges = cv2.dilate(cv2.Canny(grey, 75, 200), np.ones((3, 3), np.uint8))
    return largest_four(edges, scale)


def otsu(image):
    """Otsu's threshold, closed, the largest contour that four points describe."""
    scale = image.shape[0] / 500.0
    small = cv2.resize(image, (int(image.shape[1] / scale), 500), interpolation=cv2.INTER_AREA)
    grey = cv2.GaussianBlur(cv2.cvtColor(small, cv2.COLOR_BGR2GRAY), (5, 5), 0)
    _, bits = cv2.threshold(grey, 0, 255, cv2.THRESH_BINARY | cv2.THRESH_OTSU)
    bits = cv2.morphologyEx(bits, cv2.MORPH_CLOSE, np.ones((15, 15), np.uint8))
    return largest_four(bits, scale)


TOOLS = {"opencv, canny": canny, "opencv, otsu": otsu}
print(json.dumps({name: cv2.__version__ for name in TOOLS}), flush=True)
for line in sys.stdin:
    image = cv2.imread(json.loads(line)["file"], cv2.IMREAD_COLOR)
    answers = {}
    for name, tool in TOOLS.items():
        start = time.process_time()
        quad = tool(image)
        spent = 1000.0 * (time.process_time() - start)
        answers[name] = {"quad": None if quad is None else quad.tolist(), "ms": spent}
    print(json.dumps(answers), flush=True)
