#!/usr/bin/env python3
"""Reference numbers for the variants of vision transformers and residual networks, from PyTorch.

    python3 scripts/reference/variants.py src/testing/goldens
    python3 scripts/reference/variants.py src/testing/goldens --check

Draws a small network of each variant, under timm's names, trains it by SAN and in full in the
plainest way, and writes a golden for each; with --check it starts from the files that are there
instead and prints the largest difference. Needs torch and numpy, neither timm nor safetensors.
"""
import argparse
import json
import math
from pathlib import Path

import torch
import torch.nn.functional as F

import new_golden
from methods import Full, Method, Network, San, entry, first_values, initial_values, near, read, train, write
from new_golden import affine

VIT = {"embed_dim": 24, "depth": 2, "num_heads": 3, "mlp_ratio": 2, "num_classes": 5}
VARIANTS = {
    # layer scale, registers, positions for patches only
    "vit-micro-dinov2": ("vit", 28, 0.005, {
        **VIT, "img_size": 28, "patch_size": 7, "init_values": 0.1, "reg_tokens": 4, "no_embed_class": True,
    }),
    # a norm before the blocks and none of the biases that go with it, quick GELU, mean of the patches
    "vit-micro-clip": ("vit", 24, 0.005, {
        **VIT, "img_size": 24, "patch_size": 8, "pre_norm": True, "qkv_bias": False,
        "act_layer": "quick_gelu", "global_pool": "avg",
    }),
    # a second token with a head of its own
    "vit-micro-distilled": ("vit", 24, 0.005, {**VIT, "img_size": 24, "patch_size": 8, "distilled": True}),
    # three convolutions as the stem, shortcuts that pool (5 × 5 to 3 × 3 among them)
    "resnetd-micro": ("resnet", 40, 0.001, {
        "block": "basic", "layers": [1, 1, 1, 1], "channels": [8, 12, 12, 16], "num_classes": 5,
        "stem_type": "deep", "stem_width": 6, "avg_down": True,
    }),
}
STEPS, BATCH = 4, 3
METHODS = {"san": San(), "full": Full()}


class Variant(Network):
    """The layers of methods.py, called in the order of timm's variants."""

    def __init__(self, manifest, weights, method, options):
        super().__init__(manifest, weights, method, options)
        if self.config.get("pre_norm"):
            self.epsilon = 1e-5

    def is_norm(self, name):
        """Batch norms of deep stems and pooling shortcuts have numbers for names; only they have statistics."""
        layer, _, part = name.rpartition(".")
        is_affine = "norm" in name or f"{layer}.running_mean" in self.tensors
        return is_affine and part in ("weight", "bias")

    def vit(self, images):
        get, config = self.tensors.get, self.config
        weight, scale = self.weight("patch_embed", "patch_embed.proj")
        patches = F.conv2d(images, weight, get("patch_embed.proj.bias"), stride=config["patch_size"])
        x = scale * patches.flatten(2).transpose(1, 2)
        count = x.shape[1]
        before = [get(name) for name in ("cls_token", "dist_token", "reg_token") if get(name) is not None]
        tokens = [token.expand(len(images), -1, -1) for token in before]
        if config.get("no_embed_class"):
            x = torch.cat([*tokens, x + get("pos_embed")], 1)
        else:
            x = torch.cat([*tokens, x], 1) + get("pos_embed")
        if config.get("pre_norm"):
            x = self.norm("norm_pre", x)
        for i in range(config["depth"]):
            x = self.vit_block(f"blocks.{i}", x)
        head = lambda name, x: F.linear(x, get(f"{name}.weight"), get(f"{name}.bias"))
        if config.get("global_pool") == "avg":
            return head("head", self.norm("fc_norm", x[:, -count:].mean(1)))
        x = self.norm("norm", x)
        if config.get("distilled"):
            return (head("head", x[:, 0]) + head("head_dist", x[:, 1])) / 2
        return head("head", x[:, 0])

    def vit_block(self, name, x):
        batch, count, width = x.shape
        scale = lambda part: self.tensors.get(f"{name}.{part}.gamma", torch.tensor(1.0))
        qkv = self.linear(f"{name}.attn.qkv", self.norm(f"{name}.norm1", x))
        q, k, v = qkv.reshape(batch, count, 3, self.config["num_heads"], -1).permute(2, 0, 3, 1, 4)
        scores = (q @ k.transpose(-2, -1)) / math.sqrt(q.shape[-1])
        attended = (scores.softmax(-1) @ v).transpose(1, 2).reshape(batch, count, width)
        x = x + scale("ls1") * self.linear(f"{name}.attn.proj", attended)
        hidden = self.linear(f"{name}.mlp.fc1", self.norm(f"{name}.norm2", x))
        quick = self.config.get("act_layer") == "quick_gelu"
        hidden = hidden * torch.sigmoid(1.702 * hidden) if quick else F.gelu(hidden)
        return x + scale("ls2") * self.linear(f"{name}.mlp.fc2", hidden)

    def resnet_sites(self):
        sites = {"conv1.0": ("embedding", None), "conv1.3": ("embedding", "conv1.0")}
        sites["conv1.6"] = ("embedding", "conv1.3")
        before = "conv1.6"
        for name, convs, _ in self.resnet_blocks():
            if f"{name}.downsample.1.weight" in self.tensors:
                sites[f"{name}.downsample.1"] = ("shortcut", before)
            for i in range(1, convs + 1):
                sites[f"{name}.conv{i}"] = ("inner" if i > 1 else "convolution", before)
                before = f"{name}.conv{i}"
        return sites

    def resnet(self, images):
        x = self.conv("conv1.0", "conv1.1", images, 2).relu()
        x = self.conv("conv1.3", "conv1.4", x, 1).relu()
        x = F.max_pool2d(self.conv("conv1.6", "bn1", x, 1).relu(), 3, 2, 1)
        for name, convs, stride in self.resnet_blocks():
            shortcut = x
            if f"{name}.downsample.1" in self.sites:
                if stride > 1:
                    shortcut = F.avg_pool2d(x, 2, 2, ceil_mode=True, count_include_pad=False)
                shortcut = self.conv(f"{name}.downsample.1", f"{name}.downsample.2", shortcut, 1)
            for i in range(1, convs + 1):
                x = self.conv(f"{name}.conv{i}", f"{name}.bn{i}", x, stride if i == 1 else 1)
                x = x.relu() if i < convs else x
            x = (x + shortcut).relu()
        return F.linear(x.mean((2, 3)), self.tensors["fc.weight"], self.tensors["fc.bias"])


def norm(name, width):
    return new_golden.norm(name, width, spread=0.1)


def conv(name, batch_norm, outputs, inputs, kernel):
    return {
        **affine(name, outputs, inputs, kernel, kernel, bias=False),
        **norm(batch_norm, outputs),
        f"{batch_norm}.running_mean": near(0, 0.1, outputs),
        f"{batch_norm}.running_var": 0.5 + torch.rand(outputs),
    }


def vit_tensors(config):
    width, patch = config["embed_dim"], config["patch_size"]
    hidden = int(width * config["mlp_ratio"])
    registers = config.get("reg_tokens", 0)
    tensors = {"cls_token": near(0, 0.5, 1, 1, width)}
    if config.get("distilled"):
        tensors["dist_token"] = near(0, 0.5, 1, 1, width)
    if registers:
        tensors["reg_token"] = near(0, 0.5, 1, registers, width)
    prefix = 0 if config.get("no_embed_class") else sum(token.shape[1] for token in tensors.values())
    tensors["pos_embed"] = near(0, 0.5, 1, prefix + (config["img_size"] // patch) ** 2, width)
    tensors.update(affine("patch_embed.proj", width, 3, patch, patch, bias=not config.get("pre_norm")))
    if config.get("pre_norm"):
        tensors.update(norm("norm_pre", width))
    for i in range(config["depth"]):
        block = f"blocks.{i}"
        tensors.update(norm(f"{block}.norm1", width))
        tensors.update(affine(f"{block}.attn.qkv", 3 * width, width, bias=config.get("qkv_bias", True)))
        tensors.update(affine(f"{block}.attn.proj", width, width))
        tensors.update(norm(f"{block}.norm2", width))
        tensors.update(affine(f"{block}.mlp.fc1", hidden, width))
        tensors.update(affine(f"{block}.mlp.fc2", width, hidden))
        if "init_values" in config:
            tensors[f"{block}.ls1.gamma"] = near(0.5, 0.1, width)
            tensors[f"{block}.ls2.gamma"] = near(0.5, 0.1, width)
    tensors.update(norm("fc_norm" if config.get("global_pool") == "avg" else "norm", width))
    for head in ("head", "head_dist") if config.get("distilled") else ("head",):
        tensors.update(affine(head, config["num_classes"], width))
    return tensors


def resnet_tensors(config):
    stem = config["stem_width"]
    tensors = conv("conv1.0", "conv1.1", stem, 3, 3)
    tensors.update(conv("conv1.3", "conv1.4", stem, stem, 3))
    tensors.update(conv("conv1.6", "bn1", 2 * stem, stem, 3))
    inputs = 2 * stem
    for stage, (count, width) in enumerate(zip(config["layers"], config["channels"])):
        for i in range(count):
            block = f"layer{stage + 1}.{i}"
            tensors.update(conv(f"{block}.conv1", f"{block}.bn1", width, inputs, 3))
            tensors.update(conv(f"{block}.conv2", f"{block}.bn2", width, width, 3))
            if i == 0:
                tensors.update(conv(f"{block}.downsample.1", f"{block}.downsample.2", width, inputs, 1))
            inputs = width
    return {**tensors, **affine("fc", config["num_classes"], inputs)}


def is_head(name):
    return name.split(".")[0] in ("head", "head_dist", "fc")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--check", action="store_true")
    arguments = parser.parse_args()
    for name, (family, size, rate, config) in VARIANTS.items():
        folder = arguments.folder / name
        if arguments.check:
            check(folder)
        else:
            folder.mkdir(exist_ok=True)
            make(folder, family, size, rate, config)


def make(folder, family, size, rate, config):
    torch.manual_seed(0)
    weights = {"vit": vit_tensors, "resnet": resnet_tensors}[family](config)
    io = {"x": torch.randn(STEPS, BATCH, 3, size, size)}
    io["y"] = torch.randint(config["num_classes"], (STEPS, BATCH))
    manifest = {
        "family": family,
        "name": folder.name,
        "config": config,
        "image_size": size,
        "num_classes": config["num_classes"],
        "batch": BATCH,
        "steps": STEPS,
        "optimizer": {"type": "AdamW", "lr": rate, "betas": [0.9, 0.999], "eps": 1e-8, "weight_decay": 0.01},
        "loss": "mean cross entropy",
        "methods": {},
    }
    plain = Variant(manifest, weights, Method(), {})
    io["logits0"] = plain.images(io["x"][0])
    write(folder / "model.safetensors", weights)
    write(folder / "io.safetensors", io)
    heads = {name: value for name, value in weights.items() if is_head(name)}
    for name, method in METHODS.items():
        network = Variant(manifest, weights, method, {})
        initial = first_values(network, heads)
        losses, result = train(manifest, network, initial, io)
        write(folder / f"{name}.safetensors", result)
        manifest["methods"][name] = entry(name, {}, initial, losses)
    (folder / "manifest.json").write_text(json.dumps(manifest, indent=1))


def check(folder):
    manifest = json.loads((folder / "manifest.json").read_text())
    weights, io = read(folder / "model.safetensors"), read(folder / "io.safetensors")
    for name, method in METHODS.items():
        expected = read(folder / f"{name}.safetensors")
        initial = initial_values(folder / f"{name}.safetensors")
        _, result = train(manifest, Variant(manifest, weights, method, {}), initial, io)
        worst = max((result[key] - expected[key]).abs().max().item() for key in expected)
        print(f"{folder.name} {name}: largest difference {worst:.1e}")


if __name__ == "__main__":
    main()
