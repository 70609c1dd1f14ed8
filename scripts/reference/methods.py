#!/usr/bin/env python3
"""Reference numbers of fine-tuning methods, from PyTorch's own automatic gradients.

    python3 scripts/reference/methods.py src/testing/goldens/vit-micro ia3 adaptformer san_lora
    python3 scripts/reference/methods.py src/testing/goldens/vit-micro --check san lora

Trains a golden's network on the golden's images, as its manifest says, with weights changed in
the plainest way: the whole adapted weight is one traced tensor. Writes METHOD.safetensors and
the method's entry in manifest.json; with --check it starts from the file that is there instead
and prints the largest difference. Needs torch and numpy, neither timm nor safetensors.
"""
import argparse
import json
import math
import re
import struct
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F

from families import FAMILIES, Facts

DTYPES = {"F32": "<f4", "I32": "<i4", "I64": "<i8"}


def read(path):
    data = path.read_bytes()
    (length,) = struct.unpack("<Q", data[:8])
    header = json.loads(data[8 : 8 + length])
    header.pop("__metadata__", None)
    body = data[8 + length :]
    return {
        name: torch.from_numpy(
            np.frombuffer(body[slice(*entry["data_offsets"])], DTYPES[entry["dtype"]])
            .reshape(entry["shape"])
            .copy()
        )
        for name, entry in header.items()
    }


def initial_values(path):
    prefix = "init."
    return {k[len(prefix) :]: v for k, v in read(path).items() if k.startswith(prefix)}


def write(path, tensors):
    header, body = {}, b""
    for name in sorted(tensors):
        whole = not tensors[name].is_floating_point()
        values = tensors[name].detach().numpy().astype("<i4" if whole else "<f4")
        end = len(body) + values.nbytes
        dtype = "I32" if whole else "F32"
        header[name] = {"dtype": dtype, "shape": list(values.shape), "data_offsets": [len(body), end]}
        body += values.tobytes()
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    path.write_bytes(struct.pack("<Q", len(text)) + text + body)



class Network(*FAMILIES):
    """Layers as a backbone calls them, each changed as the method says."""

    vit_facts = Facts(1e-6, r"norm", changes_norms=True)
    resnet_facts = Facts(1e-5, r"bn\d|downsample\.1", changes_norms=False)

    def __init__(self, manifest, weights, method, options):
        self.config, self.method, self.options = manifest["config"], method, options
        self.tensors = dict(weights)
        self.family = manifest["family"]
        self.images = getattr(self, self.family)
        self.facts = getattr(self, f"{self.family}_facts")
        self.epsilon = self.facts.epsilon
        # site → its role, and the site whose outputs it reads
        self.sites = getattr(self, f"{self.family}_sites")()

    def is_norm(self, name):
        return re.search(self.facts.norms, name) is not None and "running" not in name

    def weight(self, site, layer):
        """The changed weight, and the scale of its outputs, which also holds for the bias."""
        plain = self.tensors[f"{layer}.weight"]
        change = self.method.change(self, site)
        weight = plain + change["update"].reshape(plain.shape) if "update" in change else plain
        if "scale_in" in change:
            scale = change["scale_in"]
            if self.sites[site][0] == "depthwise":
                weight = weight * scale.reshape(-1, 1, 1, 1)
            else:  # merged patches hold the channels of several positions
                scale = scale.repeat(plain.shape[1] // len(scale))
                weight = weight * scale.reshape(1, -1, *[1] * (plain.ndim - 2))
        return weight, change.get("scale_out", torch.ones(plain.shape[0]))

    def shift(self, site):
        """What is added after the scale."""
        return self.method.change(self, site).get("shift", torch.zeros(1))

    def linear(self, site, x):
        weight, scale = self.weight(site, site)
        return scale * F.linear(x, weight, self.tensors.get(f"{site}.bias")) + self.shift(site)

    def patches(self, site, x):
        """Convolution over patches that do not overlap: [B, in, H, W] → [B, H', W', out]."""
        weight, scale = self.weight(site, layer_of(site))
        bias = self.tensors[f"{layer_of(site)}.bias"]
        y = F.conv2d(x, weight, bias, stride=weight.shape[-1])
        return scale * y.permute(0, 2, 3, 1) + self.shift(site)

    def depthwise(self, site, x):
        """[B, H, W, C] → [B, H, W, C]"""
        weight, scale = self.weight(site, site)
        bias = self.tensors[f"{site}.bias"]
        x = x.permute(0, 3, 1, 2)
        y = F.conv2d(x, weight, bias, padding=weight.shape[-1] // 2, groups=len(weight))
        return scale * y.permute(0, 2, 3, 1) + self.shift(site)

    def conv(self, site, norm, x, stride):
        weight, scale = self.weight(site, site)
        y = F.conv2d(x, weight, stride=stride, padding=weight.shape[-1] // 2)
        statistics = [self.tensors[f"{norm}.running_{name}"] for name in ("mean", "var")]
        affine = [self.tensors[f"{norm}.{name}"] for name in ("weight", "bias")]
        y = F.batch_norm(y, *statistics, *affine, training=False, eps=self.epsilon)
        return scale.reshape(-1, 1, 1) * y + self.shift(site).reshape(-1, 1, 1)

    def norm(self, name, x):
        affine = [self.tensors[f"{name}.{part}"] for part in ("weight", "bias")]
        y = F.layer_norm(x, x.shape[-1:], *affine, eps=self.epsilon)
        change = self.method.change_norm(self, name)
        return change.get("scale_out", 1) * y + change.get("shift", 0)

    def norms(self):
        """Layer norms that a method may change."""
        names = (name for name in self.tensors if name.endswith(".weight") and self.is_norm(name))
        return [name[: -len(".weight")] for name in names if self.facts.changes_norms]

    def vit_sites(self):
        sites = {"patch_embed": ("embedding", None)}
        for i in range(self.config["depth"]):
            block = f"blocks.{i}"
            sites[f"{block}.attn.qkv"] = ("qkv", "patch_embed")
            sites[f"{block}.attn.proj"] = ("projection", None)
            sites[f"{block}.mlp.fc1"] = ("mlp-in", f"{block}.attn.proj")
            sites[f"{block}.mlp.fc2"] = ("mlp-out", f"{block}.mlp.fc1")
        return sites

    def vit(self, images):
        x = self.patches("patch_embed", images).flatten(1, 2)
        token = self.tensors["cls_token"].expand(len(images), -1, -1)
        x = torch.cat([token, x], 1) + self.tensors["pos_embed"]
        for i in range(self.config["depth"]):
            x = self.vit_block(f"blocks.{i}", x)
        return F.linear(self.norm("norm", x)[:, 0], self.tensors["head.weight"], self.tensors["head.bias"])

    def vit_block(self, name, x):
        batch, count, width = x.shape
        heads = self.config["num_heads"]
        qkv = self.linear(f"{name}.attn.qkv", self.norm(f"{name}.norm1", x))
        q, k, v = qkv.reshape(batch, count, 3, heads, -1).permute(2, 0, 3, 1, 4)
        scores = (q @ k.transpose(-2, -1)) / math.sqrt(width // heads)
        attended = (scores.softmax(-1) @ v).transpose(1, 2).reshape(batch, count, width)
        x = x + self.linear(f"{name}.attn.proj", attended)
        hidden = F.gelu(self.linear(f"{name}.mlp.fc1", self.norm(f"{name}.norm2", x)))
        y = self.linear(f"{name}.mlp.fc2", hidden)
        return x + y + self.method.beside(self, f"{name}.mlp", x)

    def resnet_blocks(self):
        convs = 3 if self.config["block"] == "bottleneck" else 2
        for stage, count in enumerate(self.config["layers"]):
            for i in range(count):
                yield f"layer{stage + 1}.{i}", convs, 2 if stage > 0 and i == 0 else 1

    def resnet_sites(self):
        sites = {"conv1": ("embedding", None)}
        before = "conv1"
        for name, convs, _ in self.resnet_blocks():
            if f"{name}.downsample.0.weight" in self.tensors:
                sites[f"{name}.downsample.0"] = ("shortcut", before)
            for i in range(convs):
                sites[f"{name}.conv{i + 1}"] = ("inner" if i else "convolution", before)
                before = f"{name}.conv{i + 1}"
        return sites

    def resnet(self, images):
        x = F.max_pool2d(self.conv("conv1", "bn1", images, 2).relu(), 3, 2, 1)
        for name, convs, stride in self.resnet_blocks():
            shortcut = x
            if f"{name}.downsample.0" in self.sites:
                shortcut = self.conv(f"{name}.downsample.0", f"{name}.downsample.1", x, stride)
            strided = 2 if convs == 3 else 1  # a bottleneck strides in its 3×3 convolution
            for i in range(1, convs + 1):
                step = stride if i == strided else 1
                x = self.conv(f"{name}.conv{i}", f"{name}.bn{i}", x, step)
                x = x.relu() if i < convs else x
            x = (x + shortcut).relu()
        return F.linear(x.mean((2, 3)), self.tensors["fc.weight"], self.tensors["fc.bias"])


def near(value, spread, *shape):
    return value + spread * torch.randn(shape)


class Method:
    """Changes nothing; the others say what they do differently. First values are never neutral,
    so that every gradient of the first step counts."""

    options = {}

    def trains(self, network, name):
        return False

    def own(self, network):
        return {}

    def change(self, network, site):
        return {}

    def change_norm(self, network, norm):
        return {}

    def beside(self, network, mlp, x):
        return 0


class Full(Method):
    def trains(self, network, name):
        return "running" not in name


class Norm(Method):
    def trains(self, network, name):
        return network.is_norm(name)


class BitFit(Method):
    def trains(self, network, name):
        return name.endswith(".bias")


def scales(network, spread):
    """A scale for every site, and a shift where there is an offset for it to fold into."""
    own = {}
    for site in network.sites:
        own[f"{site}.scale"] = near(1, spread, outputs(network, site))
        if network.family == "resnet" or f"{layer_of(site)}.bias" in network.tensors:
            own[f"{site}.shift"] = near(0, spread, outputs(network, site))
    return own


def scaled(network, name):
    """What a scale and a shift, where they are there, do to a layer."""
    parts = {"scale_out": f"{name}.scale", "shift": f"{name}.shift"}
    return {part: network.tensors[key] for part, key in parts.items() if key in network.tensors}


class Ssf(Method):
    """arXiv 2210.08823"""

    def own(self, network):
        own = scales(network, 0.02)
        for norm in network.norms():
            width = len(network.tensors[f"{norm}.weight"])
            own.update({f"{norm}.scale": near(1, 0.02, width), f"{norm}.shift": near(0, 0.02, width)})
        return own

    def change(self, network, site):
        return scaled(network, site)

    def change_norm(self, network, norm):
        return scaled(network, norm)


class San(Norm):
    def own(self, network):
        own = scales(network, 0.05)
        return {k: v for k, v in own.items() if k.endswith(".scale") or self.options.get("shift")}

    def change(self, network, site):
        change = scaled(network, site)
        before = network.sites[site][1]
        return {**change, "scale_in": network.tensors[f"{before}.scale"]} if before else change


class SanShift(San):
    options = {"shift": True}


class Lora(Method):
    options = {"r": 4, "alpha": 8}
    linears = ("qkv", "projection", "mlp-in", "mlp-out")

    def updates(self, network, site):
        roles = {role for role, _ in network.sites.values()}
        return network.sites[site][0] in (self.linears if roles & set(self.linears) else roles)

    def own(self, network):
        rank, own = network.options["r"], {}
        for site in filter(lambda site: self.updates(network, site), network.sites):
            weight = network.tensors[f"{layer_of(site)}.weight"]
            columns = weight[0].numel()
            own[f"{site}.lora_A"] = near(0, columns**-0.5, rank, columns)
            own[f"{site}.lora_B"] = near(0, 0.01, len(weight), rank)
        return own

    def change(self, network, site):
        if not self.updates(network, site):
            return {}
        down, up = network.tensors[f"{site}.lora_A"], network.tensors[f"{site}.lora_B"]
        return {"update": network.options["alpha"] / network.options["r"] * up @ down}


class SanLora(San, Lora):
    """γ_out ⊙ ((W + α/r · B·A) (γ_in ⊙ x) + b)"""

    options = Lora.options

    def own(self, network):
        return {**San.own(self, network), **Lora.own(self, network)}

    def change(self, network, site):
        return {**San.change(self, network, site), **Lora.change(self, network, site)}


class Ia3(Method):
    """(IA)³, arXiv 2205.05638"""

    def own(self, network):
        own = {}
        for site, (role, _) in network.sites.items():
            if role == "qkv":
                own[f"{site}.key_scale"] = near(1, 0.05, outputs(network, site) // 3)
                own[f"{site}.value_scale"] = near(1, 0.05, outputs(network, site) // 3)
            elif role in ("mlp-out", "inner"):
                own[f"{site}.input_scale"] = near(1, 0.05, network.tensors[f"{site}.weight"].shape[1])
        return own

    def change(self, network, site):
        role = network.sites[site][0]
        if role == "qkv":
            keys, values = (network.tensors[f"{site}.{name}_scale"] for name in ("key", "value"))
            return {"scale_out": torch.cat([torch.ones_like(keys), keys, values])}
        inner = role in ("mlp-out", "inner")
        return {"scale_in": network.tensors[f"{site}.input_scale"]} if inner else {}


class AdaptFormer(Method):
    """arXiv 2205.13535; its adapter without a norm of its own"""

    options = {"width": 4, "scale": 0.5}

    def own(self, network):
        own, inner = {}, network.options["width"]
        first = f".{network.facts.mlp}.fc1"
        for mlp in (site[: -len(".fc1")] for site in network.sites if site.endswith(first)):
            width = network.tensors[f"{mlp}.fc2.weight"].shape[0]
            own[f"{mlp}.adapter.down.weight"] = near(0, width**-0.5, inner, width)
            own[f"{mlp}.adapter.down.bias"] = near(0, 0.1, inner)
            own[f"{mlp}.adapter.up.weight"] = near(0, 0.1, width, inner)
            own[f"{mlp}.adapter.up.bias"] = near(0, 0.1, width)
        return own

    def beside(self, network, mlp, x):
        layer = lambda name, x: F.linear(
            x, *(network.tensors[f"{mlp}.adapter.{name}.{part}"] for part in ("weight", "bias"))
        )
        return network.options["scale"] * layer("up", layer("down", x).relu())


class DiffFit(Method):
    """arXiv 2304.06648"""

    def trains(self, network, name):
        return name.endswith(".bias") or network.is_norm(name)

    def own(self, network):
        ends = [site for site, (role, _) in network.sites.items() if role in ("projection", "mlp-out")]
        return {f"{site}.scale": near(1, 0.05, outputs(network, site)) for site in ends}

    def change(self, network, site):
        return scaled(network, site)


METHODS = {
    "full": Full,
    "linear": Method,
    "norm": Norm,
    "bitfit": BitFit,
    "ssf": Ssf,
    "san": San,
    "san_shift": SanShift,
    "lora": Lora,
    "san_lora": SanLora,
    "ia3": Ia3,
    "adaptformer": AdaptFormer,
    "difffit": DiffFit,
}
VARIANTS = {"san_shift": "san"}


def layer_of(site):
    return "patch_embed.proj" if site == "patch_embed" else site


def outputs(network, site):
    return len(network.tensors[f"{layer_of(site)}.weight"])


def first_values(network, head):
    """Everything that the network's method trains, and the head, as training starts with them."""
    method = network.method
    trained = {k: v for k, v in network.tensors.items() if method.trains(network, k)}
    return {**trained, **method.own(network), **head}


def entry(name, options, initial, losses):
    """What a manifest says of a method."""
    return {
        "method": name,
        "options": options,
        "trainable_parameters": sum(value.numel() for value in initial.values()),
        "trainable": sorted(initial),
        "losses": losses,
    }


def train(manifest, network, initial, io):
    """Returns the losses and the tensors of the method's file."""
    trained = {name: value.clone().requires_grad_() for name, value in initial.items()}
    network.tensors.update(trained)
    settings = manifest["optimizer"]
    optimizer = torch.optim.AdamW(
        [trained[name] for name in sorted(trained)],
        lr=settings["lr"],
        betas=settings["betas"],
        eps=settings["eps"],
        weight_decay=settings["weight_decay"],
    )
    result = {f"init.{name}": value for name, value in initial.items()}
    losses = []
    for step, (images, labels) in enumerate(zip(io["x"], io["y"])):
        optimizer.zero_grad()
        loss = F.cross_entropy(network.images(images), labels.long())
        loss.backward()
        losses.append(loss.item())
        if step == 0:
            result.update({f"grad0.{name}": value.grad.clone() for name, value in trained.items()})
        optimizer.step()
    result.update({f"final.{name}": value.detach() for name, value in trained.items()})
    result["logits_final"] = network.images(io["x"][0]).detach()
    return losses, result


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("golden", type=Path)
    parser.add_argument("methods", nargs="+", choices=METHODS)
    parser.add_argument("--check", action="store_true")
    arguments = parser.parse_args()
    folder = arguments.golden
    manifest = json.loads((folder / "manifest.json").read_text())
    weights, io = read(folder / "model.safetensors"), read(folder / "io.safetensors")
    head = {k: v for k, v in weights.items() if re.match(r"(head|fc|head\.fc)\.(weight|bias)$", k)}

    for name in arguments.methods:
        torch.manual_seed(0)
        method = METHODS[name]()
        options = manifest["methods"][name]["options"] if arguments.check else method.options
        network = Network(manifest, weights, method, options)
        if arguments.check:
            expected = read(folder / f"{name}.safetensors")
            initial = initial_values(folder / f"{name}.safetensors")
        else:
            initial = first_values(network, head)
        losses, result = train(manifest, network, initial, io)
        if arguments.check:
            worst = max((result[key] - expected[key]).abs().max().item() for key in expected)
            print(f"{name}: largest difference {worst:.1e}")
            continue
        write(folder / f"{name}.safetensors", result)
        manifest["methods"][name] = entry(VARIANTS.get(name, name), options, initial, losses)
        (folder / "manifest.json").write_text(json.dumps(manifest, indent=1, ensure_ascii=False))


if __name__ == "__main__":
    main()
