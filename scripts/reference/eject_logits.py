#!/usr/bin/env python3
"""Logits of a bundle's validation images as JSON, by its adapter and by its merged weights.

    python3 scripts/reference/eject_logits.py BUNDLE IMAGES BACKBONE
"""
import json
import sys
from pathlib import Path

import torch

bundle_folder, images, backbone = map(Path, sys.argv[1:])
sys.path.insert(0, str(bundle_folder / "eject"))
import adapter  # noqa: E402
from images import find, normalise, prepare  # noqa: E402
from network import build, timm  # noqa: E402
from train import read_bundle  # noqa: E402

bundle = read_bundle(bundle_folder)
tensors, metadata = bundle["adapter.safetensors"]
preprocessing = json.loads(metadata["preprocessing"])
paths = [find(images, entry) for entry in bundle["split.json"]["validation"]]
x = torch.stack([torch.from_numpy(normalise(prepare(path, preprocessing), preprocessing)) for path in paths])

adapted = build(bundle, backbone)
adapted.load(tensors)
config = bundle["config.json"]
plain = timm.create_model(
    config["architecture"], num_classes=config["num_classes"], **config["model_args"]
).eval()
plain.load_state_dict(adapter.read(bundle_folder / "model.safetensors")[0], strict=True)
with torch.no_grad():
    print(json.dumps({"adapter": adapted.model(x).tolist(), "merged": plain(x).tolist()}))
