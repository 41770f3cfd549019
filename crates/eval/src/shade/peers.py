"""What people do about uneven light with OpenCV: one recipe per name, picture file in, picture file out."""
import json
import sys
import time

import cv2
import numpy as np

cv2.setNumThreads(1)


def divide(image):
    """Divide every channel by its dilated and median-blurred self."""
    planes = []
    for plane in cv2.split(image):
        background = cv2.medianBlur(cv2.dilate(plane, np.ones((7, 7), np.uint8)), 21)
        planes.append(255 - cv2.absdiff(plane, background))
    return cv2.normalize(cv2.merge(planes), None, 0, 255, cv2.NORM_MINMAX)


def blur(image):
    """Divide by a wide Gaussian blur."""
    background = cv2.GaussianBlur(image, (0, 0), 40)
    return cv2.divide(image, background, scale=235)


def clahe(image):
    """Contrast-limited histogram equalisation of the lightness."""
    lab = cv2.cvtColor(image, cv2.COLOR_BGR2LAB)
    lab[:, :, 0] = cv2.createCLAHE(clipLimit=2.0, tileGridSize=(8, 8)).apply(lab[:, :, 0])
    return cv2.cvtColor(lab, cv2.COLOR_LAB2BGR)


def adaptive(image):
    """Adaptive threshold: black and white."""
    grey = cv2.cvtColor(image, cv2.COLOR_BGR2GRAY)
    bits = cv2.adaptiveThreshold(grey, 255, cv2.ADAPTIVE_THRESH_GAUSSIAN_C, cv2.THRESH_BINARY, 31, 10)
    return cv2.cvtColor(bits, cv2.COLOR_GRAY2BGR)


RECIPES = {"cv divide median": divide, "cv divide blur": blur, "cv CLAHE": clahe, "cv adaptive": adaptive}
print(json.dumps({"recipes": list(RECIPES), "opencv": cv2.__version__}), flush=True)
for line in sys.stdin:
    question = json.loads(line)
    picture = cv2.imread(question["from"])
    start = time.process_time()
    result = RECIPES[question["recipe"]](picture)
    spent = (time.process_time() - start) * 1e3
    cv2.imwrite(question["to"], result)
    print(json.dumps(spent), flush=True)
