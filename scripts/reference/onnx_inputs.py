#!/usr/bin/env python3
"""What the lines of Python in an exported README.md make of images, before ONNX Runtime sees it.

    python3 scripts/reference/onnx_inputs.py README.md OUT IMAGE...

Runs the lines as they stand, with a module in ONNX Runtime's place that keeps what it is given:
float32 numbers, image after image, in the file OUT. Needs numpy and Pillow.
"""
import contextlib
import io
import json
import os
import re
import sys
import tempfile
import types

import numpy as np

readme, out, *images = sys.argv[1:]
[code] = re.findall(r"```python\n(.*?)\n```", open(readme, encoding="utf-8").read(), re.DOTALL)
kept = []


class Session:
    def __init__(self, path):
        pass

    def get_modelmeta(self):
        return types.SimpleNamespace(custom_metadata_map={"classes": json.dumps(["one", "other"])})

    def run(self, outputs, feeds):
        kept.append(feeds["pixel_values"])
        return [np.zeros((1, 2), np.float32)]


sys.modules["onnxruntime"] = types.SimpleNamespace(InferenceSession=Session)
with tempfile.TemporaryDirectory() as folder:
    os.chdir(folder)
    for image in images:
        os.symlink(image, "image.jpg")
        with contextlib.redirect_stdout(io.StringIO()):
            exec(code, {})
        os.unlink("image.jpg")
    os.chdir("/")
with open(out, "wb") as file:
    file.write(np.concatenate(kept).astype("<f4").tobytes())
