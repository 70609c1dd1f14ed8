"""Stands in for timm in tests where that is not installed: modules under timm's names, put together
from the plain families of this folder. It builds the network of the golden that GOLDEN names."""
import json
import os
import sys
from pathlib import Path

from torch import nn

sys.path.append(str(Path(__file__).resolve().parent.parent))
from methods import Method, Network, layer_of, read  # noqa: E402


class Layers(Network):
    """The forward passes of the families, through modules instead of tensors."""

    def __init__(self, manifest, model):
        self.config, self.method = manifest["config"], Method()
        self.modules = dict(model.named_modules())
        self.refresh(model)
        self.facts = getattr(self, f"{manifest['family']}_facts")
        self.images = getattr(self, manifest["family"])
        self.sites = getattr(self, f"{manifest['family']}_sites")()

    def refresh(self, model):
        self.tensors = {**dict(model.named_parameters()), **dict(model.named_buffers())}

    def linear(self, site, x):
        return self.modules[site](x)

    def patches(self, site, x):
        layer = self.modules[layer_of(site)]
        layer.stride = layer.kernel_size
        return layer(x).permute(0, 2, 3, 1)

    def depthwise(self, site, x):
        layer = self.modules[site]
        layer.padding = tuple(side // 2 for side in layer.kernel_size)
        return layer(x.permute(0, 3, 1, 2)).permute(0, 2, 3, 1)

    def conv(self, site, norm, x, stride):
        layer = self.modules[site]
        layer.stride, layer.padding = (stride, stride), tuple(side // 2 for side in layer.kernel_size)
        return self.modules[norm](layer(x))

    def norm(self, name, x):
        return self.modules[name](x)


class Model(nn.Module):
    def __init__(self, manifest, shapes):
        super().__init__()
        epsilon = getattr(Network, f"{manifest['family']}_facts").epsilon
        for name, shape in shapes.items():
            owner, _, tensor = name.rpartition(".")
            if tensor == "weight":
                place(self, owner, layer_for(owner, shape, shapes, epsilon))
            elif tensor not in ("bias", "running_mean", "running_var"):
                place(self, owner, None).register_parameter(tensor, nn.Parameter(shape.clone()))
        self.layers_by_name = [Layers(manifest, self)]  # in a list, so that it is no part of the module

    def forward(self, images):
        self.layers_by_name[0].refresh(self)
        return self.layers_by_name[0].images(images)


def layer_for(name, weight, tensors, epsilon):
    bias = f"{name}.bias" in tensors
    if weight.ndim == 2:
        return nn.Linear(weight.shape[1], weight.shape[0], bias)
    if weight.ndim == 4:
        groups = len(weight) if name.endswith("conv_dw") else 1
        return nn.Conv2d(weight.shape[1] * groups, len(weight), weight.shape[2:], groups=groups, bias=bias)
    statistics = f"{name}.running_mean" in tensors
    return nn.BatchNorm2d(len(weight), epsilon) if statistics else nn.LayerNorm(len(weight), epsilon)


def place(model, name, layer):
    """Puts a layer at its name, with empty containers on the way; None only walks there."""
    parts = name.split(".") if name else []
    for i, part in enumerate(parts):
        last = i == len(parts) - 1
        if last and layer is not None:
            model.add_module(part, layer)
        elif part not in dict(model.named_children()):
            model.add_module(part, nn.Sequential())
        model = model.get_submodule(part)
    return model


def create_model(architecture, num_classes, **arguments):
    folder = Path(os.environ["GOLDEN"])
    manifest = json.loads((folder / "manifest.json").read_text())
    tensors = read(folder / "model.safetensors")
    for name in tensors:
        if name.rpartition(".")[0] in ("head", "head.fc", "fc"):
            tensors[name] = tensors[name][:1].repeat(num_classes, *[1] * (tensors[name].ndim - 1))
    return Model(manifest, tensors)
