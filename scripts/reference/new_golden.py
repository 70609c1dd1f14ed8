#!/usr/bin/env python3
"""A new golden: a small network with random weights, random images, and its logits.

    python3 scripts/reference/new_golden.py src/testing/goldens/swin-micro
    python3 scripts/reference/methods.py src/testing/goldens/swin-micro full linear norm bitfit \\
        ssf san san_shift lora san_lora ia3 adaptformer difffit

The network is small and awkward on purpose. Swin's windows of 4 do not divide its 10 × 10 and 5 × 5
positions, so that shifts, masks and padding all act; 5 positions merge into 3, and the last stage
is smaller than the window. Mixer's images are not of whole patches, and its tokens, channels and
hidden features are all of different numbers.
"""
import argparse
import json
from pathlib import Path

import torch

from methods import Method, Network, near, write

SWIN = {
    "img_size": 20,
    "patch_size": 2,
    "window_size": 4,
    "embed_dim": 8,
    "depths": [2, 2, 1],
    "num_heads": [2, 2, 4],
    "mlp_ratio": 2,
    "num_classes": 5,
}
MIXER = {
    "img_size": 16,
    "patch_size": 5,
    "num_blocks": 2,
    "embed_dim": 12,
    "mlp_ratio": [0.6, 1.7],
    "num_classes": 5,
}
STEPS, BATCH = 4, 3


def affine(name, outputs, *inputs, bias=True):
    fan_in = torch.Size(inputs).numel()
    weight = {f"{name}.weight": near(0, fan_in**-0.5, outputs, *inputs)}
    return {**weight, f"{name}.bias": near(0, 0.1, outputs)} if bias else weight


def norm(name, width, spread=0.2):
    return {f"{name}.weight": near(1, spread, width), f"{name}.bias": near(0, 0.1, width)}


def swin(config):
    width, patch = config["embed_dim"], config["patch_size"]
    tensors = {**affine("patch_embed.proj", width, 3, patch, patch), **norm("patch_embed.norm", width)}
    resolution = config["img_size"] // patch
    for stage, depth in enumerate(config["depths"]):
        if stage > 0:
            name = f"layers.{stage}.downsample"
            tensors.update(norm(f"{name}.norm", 4 * width))
            tensors.update(affine(f"{name}.reduction", 2 * width, 4 * width, bias=False))
            width, resolution = 2 * width, resolution // 2
        window = min(config["window_size"], resolution)
        for i in range(depth):
            name = f"layers.{stage}.blocks.{i}"
            rows, heads = (2 * window - 1) ** 2, config["num_heads"][stage]
            tensors.update(norm(f"{name}.norm1", width))
            tensors.update(affine(f"{name}.attn.qkv", 3 * width, width))
            tensors[f"{name}.attn.relative_position_bias_table"] = near(0, 0.5, rows, heads)
            tensors.update(affine(f"{name}.attn.proj", width, width))
            tensors.update(norm(f"{name}.norm2", width))
            tensors.update(affine(f"{name}.mlp.fc1", config["mlp_ratio"] * width, width))
            tensors.update(affine(f"{name}.mlp.fc2", width, config["mlp_ratio"] * width))
    return {**tensors, **norm("norm", width), **affine("head.fc", config["num_classes"], width)}


def mixer(config):
    width, patch = config["embed_dim"], config["patch_size"]
    tokens = (config["img_size"] // patch) ** 2
    inside = [int(width * ratio) for ratio in config["mlp_ratio"]]
    tensors = affine("stem.proj", width, 3, patch, patch)
    for i in range(config["num_blocks"]):
        mlps = ("mlp_tokens", tokens), ("mlp_channels", width)
        for k, ((mlp, ends), hidden) in enumerate(zip(mlps, inside)):
            tensors.update(norm(f"blocks.{i}.norm{k + 1}", width))
            tensors.update(affine(f"blocks.{i}.{mlp}.fc1", hidden, ends))
            tensors.update(affine(f"blocks.{i}.{mlp}.fc2", ends, hidden))
    return {**tensors, **norm("norm", width), **affine("head", config["num_classes"], width)}


# A golden by the name of its folder: its family, how it is built, and what draws its weights.
NETWORKS = {"swin-micro": ("swin", SWIN, swin), "mixer-micro": ("mixer", MIXER, mixer)}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("golden", type=Path)
    folder = parser.parse_args().golden
    family, config, draw = NETWORKS[folder.name]
    folder.mkdir(parents=True, exist_ok=True)
    torch.manual_seed(0)
    weights = draw(config)
    size, classes = config["img_size"], config["num_classes"]
    manifest = {
        "family": family,
        "name": folder.name,
        "config": config,
        "image_size": size,
        "num_classes": classes,
        "batch": BATCH,
        "steps": STEPS,
        "optimizer": {
            "type": "AdamW",
            "lr": 0.001,
            "betas": [0.9, 0.999],
            "eps": 1e-8,
            "weight_decay": 0.01,
            "note": "decoupled decay on every trainable tensor, as torch.optim.AdamW; constant lr",
        },
        "loss": "mean cross entropy",
        "methods": {},
    }
    images = torch.randn(STEPS, BATCH, 3, size, size)
    labels = torch.randint(0, classes, (STEPS, BATCH), dtype=torch.int32)
    logits = Network(manifest, weights, Method(), {}).images(images[0])
    write(folder / "model.safetensors", weights)
    write(folder / "io.safetensors", {"x": images, "y": labels, "logits0": logits})
    (folder / "manifest.json").write_text(json.dumps(manifest, indent=1))


if __name__ == "__main__":
    main()
