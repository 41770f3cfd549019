"""What people do with OpenCV to find things on a mat: one recipe per name, two picture files in, outlines out."""
import json
import sys
import time

import cv2
import numpy as np

cv2.setNumThreads(1)
# Anything smaller is noise: 30 square millimetres at 3.9 pixels to the millimetre.
LEAST = 456


def outlines(mask):
    mask = cv2.morphologyEx(mask, cv2.MORPH_OPEN, np.ones((3, 3), np.uint8))
    mask = cv2.morphologyEx(mask, cv2.MORPH_CLOSE, np.ones((7, 7), np.uint8))
    found, _ = cv2.findContours(mask, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE)
    return [c for c in found if cv2.contourArea(c) >= LEAST]


def absdiff_otsu(empty, loaded):
    """Difference from the empty mat, Otsu's threshold on the largest channel."""
    difference = cv2.GaussianBlur(cv2.absdiff(empty, loaded), (5, 5), 0).max(axis=2)
    return cv2.threshold(difference, 0, 255, cv2.THRESH_BINARY + cv2.THRESH_OTSU)[1]


def mog2(empty, loaded):
    """The background subtractor, taught with the empty mat; its shadows left out."""
    subtractor = cv2.createBackgroundSubtractorMOG2(detectShadows=True)
    for _ in range(20):
        subtractor.apply(empty)
    return cv2.threshold(subtractor.apply(loaded, learningRate=0), 200, 255, cv2.THRESH_BINARY)[1]


def otsu(_, loaded):
    """Otsu on the blurred grey; what the frame mostly shows is the mat."""
    grey = cv2.GaussianBlur(cv2.cvtColor(loaded, cv2.COLOR_BGR2GRAY), (5, 5), 0)
    mask = cv2.threshold(grey, 0, 255, cv2.THRESH_BINARY + cv2.THRESH_OTSU)[1]
    frame = np.concatenate([mask[0], mask[-1], mask[:, 0], mask[:, -1]])
    return 255 - mask if frame.mean() > 127 else mask


def canny(_, loaded):
    """Edges, closed and filled."""
    grey = cv2.GaussianBlur(cv2.cvtColor(loaded, cv2.COLOR_BGR2GRAY), (5, 5), 0)
    edges = cv2.morphologyEx(cv2.Canny(grey, 50, 150), cv2.MORPH_CLOSE, np.ones((9, 9), np.uint8))
    mask = np.zeros_like(edges)
    found, _ = cv2.findContours(edges, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE)
    cv2.drawContours(mask, found, -1, 255, cv2.FILLED)
    return mask


RECIPES = {"absdiff+Otsu": absdiff_otsu, "MOG2": mog2, "Otsu": otsu, "Canny": canny}
print(json.dumps({"recipes": list(RECIPES), "opencv": cv2.__version__}), flush=True)
for line in sys.stdin:
    question = json.loads(line)
    empty, loaded = cv2.imread(question["empty"]), cv2.imread(question["loaded"])
    start = time.process_time()
    found = outlines(RECIPES[question["recipe"]](empty, loaded))
    milliseconds = 1e3 * (time.process_time() - start)
    items = [
        {"outline": c[:, 0].tolist(), "box": cv2.boxPoints(cv2.minAreaRect(c)).tolist()} for c in found
    ]
    print(json.dumps({"items": items, "milliseconds": milliseconds}), flush=True)
