"""Where methods act: the layers of timm's networks that have feature channels, in network order."""
from __future__ import annotations

import re
from dataclasses import dataclass, replace

from torch import nn

BLOCK = re.compile(r"((layers|stages)\.\d+\.)?blocks\.\d+|layer\d\.\d+")
STEM = ("", "patch_embed", "norm_pre", "stem", "conv1", "bn1")


@dataclass(frozen=True)
class Site:
    name: str  # the module that holds what is learned for it, e.g. "blocks.0.attn.qkv"
    role: str
    layer: str  # the linear layer or convolution; another than `name` for a patch embedding
    norm: str | None = None  # the batch norm behind it, which scales fold into
    reads: str | None = None  # the site before, whose outputs are its inputs
    resized: str | None = None  # one of another width, for "interpolated" propagation only


class Sites(dict):
    """Sites by name."""

    def add(self, name, role, layer=None, **others):
        self[name] = Site(name, role, layer or name, **others)
        return name


def sites_of(model):
    """The sites of a ViT, Swin transformer, ConvNeXt, ResNet or MLP-Mixer of timm."""
    names = {name for name, _ in model.named_modules()}
    families = {
        "blocks.0.attn.qkv": vit,
        "layers.0.blocks.0.attn.qkv": swin,
        "stages.0.blocks.0.conv_dw": convnext,
        "layer1.0.conv1": resnet,
        "blocks.0.mlp_channels.fc1": mixer,
    }
    for layer, family in families.items():
        if layer in names:
            sites = Sites()
            family(model, sites, names)
            return sites
    raise ValueError(f"A network must have one of the layers {', '.join(families)}; it has none.")


def last_part(model, last_blocks):
    """Tells of a module's name whether a method may act there: from so many blocks before the end
    on, and everywhere where `last_blocks` is 0."""
    names = [name for name, _ in model.named_modules() if BLOCK.fullmatch(name)]
    blocks = sorted(names, key=lambda name: [int(number) for number in re.findall(r"\d+", name)])
    if not 0 < last_blocks < len(blocks):
        return lambda name: True
    skipped, first = blocks[:-last_blocks], blocks[-last_blocks]
    stages = [name.rpartition(".blocks.")[0] for name in (*skipped, first)]
    before = {*STEM, *skipped, *(f"{stage}.downsample" for stage in stages if stage)}
    return lambda name: not any(f"{name}.".startswith(f"{part}.") for part in before)


def within(sites, included):
    """The sites that a method may act on; it reads no scale of another one."""
    kept = {name: site for name, site in sites.items() if included(site.layer)}
    inside = lambda name: name if name in kept else None
    return {
        name: replace(site, reads=inside(site.reads), resized=inside(site.resized))
        for name, site in kept.items()
    }


def vit(model, sites, names):
    stream = sites.add("patch_embed", "embedding", "patch_embed.proj")
    for i in range(len(model.blocks)):
        transformer_block(sites, f"blocks.{i}", stream)


def transformer_block(sites, name, stream):
    """`stream` is the layer that made the features which all blocks add to."""
    qkv = sites.add(f"{name}.attn.qkv", "qkv", reads=stream)
    proj = sites.add(f"{name}.attn.proj", "projection", resized=qkv)
    fc1 = sites.add(f"{name}.mlp.fc1", "mlp-in", reads=proj)
    sites.add(f"{name}.mlp.fc2", "mlp-out", reads=fc1)


def swin(model, sites, names):
    stream = sites.add("patch_embed", "embedding", "patch_embed.proj")
    for s, stage in enumerate(model.layers):
        reduction = f"layers.{s}.downsample.reduction"
        if reduction in names:
            stream = sites.add(reduction, "reduction", reads=stream)
        for i in range(len(stage.blocks)):
            transformer_block(sites, f"layers.{s}.blocks.{i}", stream)


def mixer(model, sites, names):
    stream = sites.add("stem.proj", "embedding")
    for i in range(len(model.blocks)):
        for mlp, reads in ("mlp_tokens", None), ("mlp_channels", stream):
            fc1 = sites.add(f"blocks.{i}.{mlp}.fc1", "mlp-in", reads=reads)
            sites.add(f"blocks.{i}.{mlp}.fc2", "mlp-out", reads=fc1)


def convnext(model, sites, names):
    """One chain: every site reads what the one before it wrote."""
    before = sites.add("stem.0", "embedding")
    for s, stage in enumerate(model.stages):
        if f"stages.{s}.downsample.1" in names:
            before = sites.add(f"stages.{s}.downsample.1", "reduction", reads=before)
        for i in range(len(stage.blocks)):
            block = f"stages.{s}.blocks.{i}"
            spatial = sites.add(f"{block}.conv_dw", "depthwise", reads=before)
            fc1 = sites.add(f"{block}.mlp.fc1", "mlp-in", reads=spatial)
            before = sites.add(f"{block}.mlp.fc2", "mlp-out", reads=fc1)


def resnet(model, sites, names):
    """The first convolution and the shortcut of a block read what the block before it wrote."""
    stem = [("conv1", "bn1")]
    if "conv1.0" in names:
        stem = [("conv1.0", "conv1.1"), ("conv1.3", "conv1.4"), ("conv1.6", "bn1")]
    before = None
    for conv, norm in stem:
        before = sites.add(conv, "embedding", norm=norm, reads=before)
    stages = [f"layer{stage}" for stage in (1, 2, 3, 4)]
    for name in (f"{stage}.{i}" for stage in stages for i in range(len(getattr(model, stage)))):
        incoming = before
        for i in filter(lambda i: f"{name}.conv{i}" in names, (1, 2, 3)):
            role = "convolution" if i == 1 else "inner-convolution"
            norm = f"{name}.bn{i}"
            before = sites.add(f"{name}.conv{i}", role, norm=norm, reads=before)
        shortcut = shortcut_of(model, name, names)
        if shortcut is not None:
            conv, norm = f"{name}.downsample.{shortcut}", f"{name}.downsample.{shortcut + 1}"
            sites.add(conv, "shortcut", norm=norm, reads=incoming)


def shortcut_of(model, block, names):
    """Place of the convolution in a block's shortcut; a pool may stand before it."""
    convolutions = (
        i
        for i in (0, 1)
        if f"{block}.downsample.{i}" in names
        and isinstance(model.get_submodule(f"{block}.downsample.{i}"), nn.Conv2d)
    )
    return next(convolutions, None)
