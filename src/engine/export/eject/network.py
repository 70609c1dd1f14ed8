"""The run's network: timm's model, the weights the run started from, and its method around them."""
from __future__ import annotations

import json

from torch import nn

import adapter
from images import sha256
from rng import Rng
from san import Adapted

try:
    import timm
except ImportError as error:
    raise SystemExit(
        f"timm must be importable, and is not ({error}): pip install -r eject/requirements.txt"
    ) from None


def build(bundle, backbone=None):
    """An `Adapted` as the run began with it: the same weights, the same random first values."""
    config, record = bundle["config.json"], bundle["run.json"]
    _, metadata = bundle["adapter.safetensors"]
    heads = config["pretrained_cfg"]["classifier"]
    heads = [heads] if isinstance(heads, str) else heads
    model = timm.create_model(
        config["architecture"], num_classes=config["num_classes"], **config["model_args"]
    )
    for module in model.modules():
        if isinstance(module, nn.LayerNorm) and "layer_norm_eps" in config:
            module.eps = config["layer_norm_eps"]
    path = backbone or fetch(json.loads(metadata["backbone_origin"]), metadata)
    load_backbone(model, path, metadata["backbone_hash"], heads)
    rng = Rng(record["seed"], "initial values")
    return Adapted(model, metadata["method"], json.loads(metadata["options"]), heads, rng)


def fetch(origin, metadata):
    """The weights file of a Hugging Face Hub repository."""
    if origin["kind"] != "hub":
        raise ValueError(
            f"--backbone must name the weights file of {metadata['backbone']} that the run started "
            f"from, with the SHA-256 {metadata['backbone_hash']}."
        )
    from huggingface_hub import hf_hub_download

    return hf_hub_download(origin["repository"], "model.safetensors")


def load_backbone(model, path, expected, heads):
    found = sha256(path)
    if found != expected:
        raise ValueError(f"The backbone must have the SHA-256 {expected}; {path} has {found}.")
    tensors, _ = adapter.read(path)
    own = model.state_dict()
    wanted = [name for name in own if name.rpartition(".")[0] not in heads]
    missing = [name for name in wanted if name not in tensors and not name.endswith("num_batches_tracked")]
    if missing:
        raise ValueError(f"The backbone must hold timm's {missing[0]}; {path} does not.")
    taken = {name: tensors[name] for name in wanted if name in tensors}
    if "pos_embed" in taken:
        taken["pos_embed"] = resized(taken["pos_embed"], own["pos_embed"], model)
    model.load_state_dict(taken, strict=False)


def resized(positions, own, model):
    """Position embeddings for images of another size, as timm resizes them."""
    if positions.shape == own.shape:
        return positions
    prefix = 0 if model.no_embed_class else model.num_prefix_tokens
    size = model.patch_embed.grid_size
    return timm.layers.resample_abs_pos_embed(positions, list(size), num_prefix_tokens=prefix)
