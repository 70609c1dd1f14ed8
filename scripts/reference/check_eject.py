#!/usr/bin/env python3
"""Holds the scripts that an exported bundle carries to a golden. JSON: "errors", {method: the largest},
and "last", what SAN trains where only so many of the last blocks are adapted, {blocks: names}.

    PYTHONPATH=scripts/reference/stand_in GOLDEN=src/testing/goldens/vit-micro \\
        python3 scripts/reference/check_eject.py NETWORK

NETWORK is JSON: timm's "architecture", its "arguments" and the names of the "heads".
"""
import json
import os
import sys
from pathlib import Path

import timm
import torch
import torch.nn.functional as F

EJECT = Path(__file__).resolve().parents[2] / "src/engine/export/eject"
sys.path.insert(0, str(EJECT))
import adapter  # noqa: E402
from recipes import METHODS  # noqa: E402
from san import Adapted  # noqa: E402

folder = Path(os.environ["GOLDEN"])
manifest = json.loads((folder / "manifest.json").read_text())
network = json.loads(sys.argv[1])
io, _ = adapter.read(folder / "io.safetensors")


def model():
    classes = manifest["num_classes"]
    return timm.create_model(network["architecture"], num_classes=classes, **network["arguments"])


def check(name, entry):
    """A golden's training, again."""
    reference, _ = adapter.read(folder / f"{name}.safetensors")
    part = lambda prefix: {k[len(prefix) :]: v for k, v in reference.items() if k.startswith(prefix)}
    plain = model()
    plain.load_state_dict(adapter.read(folder / "model.safetensors")[0], strict=True)
    adapted = Adapted(plain, entry["method"], entry["options"], network["heads"])
    adapted.load(part("init."))
    settings = manifest["optimizer"]
    rates = {"lr": settings["lr"], "weight_decay": settings["weight_decay"]}
    optimizer = torch.optim.AdamW(adapted.trainable().values(), **rates)
    losses = []
    for x, y in zip(io["x"], io["y"].long()):
        loss = F.cross_entropy(plain(x), y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    with torch.no_grad():
        logits = plain(io["x"][0])
        merged = model().eval()
        merged.load_state_dict(adapted.merged(), strict=True)
        again = merged(io["x"][0])
    largest = lambda a, b: (a - b).abs().max().item()
    return {
        "losses": max(abs(a - b) for a, b in zip(losses, entry["losses"])),
        "logits": largest(logits, reference["logits_final"]),
        "merged": largest(logits, again),
    }


def trained(last_blocks):
    adapted = Adapted(model(), "san", {"lastBlocks": last_blocks}, network["heads"])
    return sorted(adapted.trainable())


entries = manifest["methods"].items()
errors = {name: check(name, entry) for name, entry in entries if entry["method"] in METHODS}
print(json.dumps({"errors": errors, "last": {blocks: trained(blocks) for blocks in range(5)}}))
