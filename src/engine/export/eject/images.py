"""The images of a run as its network saw them: found, prepared, and varied while training."""
from __future__ import annotations

import hashlib
import math
from pathlib import Path

import numpy as np
from PIL import Image, ImageOps

FILTERS = {"bilinear": Image.BILINEAR, "bicubic": Image.BICUBIC}
LUMA = np.array([0.299, 0.587, 0.114])
# Smallest share of the area a crop keeps, colour change up to ±, largest turn of the hue.
STRENGTHS = {"light": (0.7, 0.15, 0), "strong": (0.35, 0.4, 0.05)}
RATIO = 4 / 3
TO_YIQ = np.array(
    [[0.299, 0.587, 0.114], [0.595716, -0.274453, -0.321263], [0.211456, -0.522591, 0.311135]]
)
FROM_YIQ = np.array([[1, 0.9563, 0.621], [1, -0.2721, -0.6474], [1, -1.107, 1.7046]])


def find(folder, entry):
    """The file of an entry of split.json. It may lie deeper on the page's path than in `folder`;
    another picture of the same name is none. Raises FileNotFoundError."""
    parts = Path(entry["path"]).parts
    for start in range(len(parts)):
        path = Path(folder, *parts[start:])
        if path.is_file() and entry["sha256"] in (None, sha256(path)):
            return path
    raise FileNotFoundError(f"{folder} must hold {entry['path']} as it was; it does not.")


def sha256(path):
    with open(path, "rb") as file:
        digest = hashlib.sha256()
        while block := file.read(2**20):
            digest.update(block)
    return digest.hexdigest()


def prepare(path, preprocessing):
    """RGB bytes [S, S, 3]: upright, transparency over white, resized and cropped as timm's
    evaluation transform does."""
    with Image.open(path) as file:
        image = ImageOps.exif_transpose(file).convert("RGBA")
    white = Image.new("RGBA", image.size, "white")
    image = Image.alpha_composite(white, image).convert("RGB")
    size = preprocessing["size"]
    side = math.floor(size / preprocessing["cropShare"])
    width, height = image.size
    if preprocessing["cropMode"] == "squash":
        target = side, side
    else:
        long = int(side * max(width, height) / min(width, height))
        target = (side, long) if width <= height else (long, side)
    image = image.resize(target, FILTERS[preprocessing["interpolation"]])
    left, top = round((target[0] - size) / 2), round((target[1] - size) / 2)
    return np.asarray(image.crop((left, top, left + size, top + size)))


def augment(pixels, strength, rng):
    """A random crop, mirrored or not, in other colours; `rng` alone decides."""
    if strength == "off":
        return pixels
    minimum_area, jitter, hue = STRENGTHS[strength]
    crop = random_crop(len(pixels), minimum_area, rng)
    mirrored = rng.uniform() < 0.5
    moved = cropped(pixels, crop, mirrored)
    matrix, offset = random_colours(float((moved @ LUMA).mean()), jitter, hue, rng)
    return np.rint(np.clip(moved @ matrix.T + offset, 0, 255)).astype(np.uint8)


def between(rng, low, high):
    return low + (high - low) * rng.uniform()


def random_crop(size, minimum_area, rng):
    """(left, top, width, height), as torchvision's RandomResizedCrop draws it."""
    for _ in range(10):
        area = size * size * between(rng, minimum_area, 1)
        ratio = math.exp(between(rng, -math.log(RATIO), math.log(RATIO)))
        width = math.floor(math.sqrt(area * ratio) + 0.5)
        height = math.floor(math.sqrt(area / ratio) + 0.5)
        if 1 <= width <= size and 1 <= height <= size:
            left = rng.integer(size - width + 1)
            return left, rng.integer(size - height + 1), width, height
    return 0, 0, size, size


def cropped(pixels, crop, mirrored):
    """The crop, enlarged bilinearly to the size of the whole: floats [S, S, 3]."""
    left, top, width, height = crop
    low, high, beside = lerp(left, width, len(pixels), mirrored)
    upper, lower, below = lerp(top, height, len(pixels), False)
    beside, below = beside[None, :, None], below[:, None, None]
    rows = [pixels[row][:, low] * (1 - beside) + pixels[row][:, high] * beside for row in (upper, lower)]
    return (rows[0] * (1 - below) + rows[1] * below).astype(np.float32).astype(float)


def lerp(start, length, size, mirrored):
    """For each output place: the two input places it lies between, and how far it is to the second."""
    at = np.clip((np.arange(size) + 0.5) * length / size - 0.5, 0, length - 1)
    low = np.floor(at).astype(int)
    part = (at - low).astype(np.float32).astype(float)
    high = np.minimum(low + 1, length - 1)
    order = slice(None, None, -1) if mirrored else slice(None)
    return start + low[order], start + high[order], part[order]


def random_colours(mean, jitter, hue, rng):
    """Brightness, contrast around the mean luma, saturation and hue as one map: (matrix, offset)."""
    factor = lambda: between(rng, 1 - jitter, 1 + jitter)
    brightness = factor()
    contrast = factor()
    saturation = factor()
    grey = saturation * np.eye(3) + (1 - saturation) * np.tile(LUMA, (3, 1))
    matrix = grey * (brightness * contrast)
    offset = grey @ np.full(3, (1 - contrast) * mean * brightness)
    if hue == 0:
        return matrix, offset
    turn = 2 * math.pi * between(rng, -hue, hue)
    cos, sin = math.cos(turn), math.sin(turn)
    turned = FROM_YIQ @ np.array([[1, 0, 0], [0, cos, -sin], [0, sin, cos]]) @ TO_YIQ
    return turned @ matrix, turned @ offset


def normalise(pixels, preprocessing):
    """Bytes [S, S, 3] → floats [3, S, S]."""
    mean, std = (np.array(preprocessing[key]) for key in ("mean", "std"))
    return ((pixels / 255 - mean) / std).astype(np.float32).transpose(2, 0, 1)
