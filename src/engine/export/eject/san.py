"""SAN, Synapses & Neurons (arXiv 2409.06706), around a vision model of timm.

    model = timm.create_model("vit_tiny_patch16_224", pretrained=True, num_classes=5)
    adapted = Adapted(model, "san")         # freezes the model; its scales are parameters of it
    adapted.load(read("adapter.safetensors")[0])
    logits = model(images)                  # train `adapted.trainable()` as usual
    weights = adapted.merged()              # the model's own names, for a plain model

Every feature channel has one learned scale γ, which is used twice. Where it sits it multiplies the
feature (neuron); in the layer that reads the feature it multiplies the columns of the frozen weight
(synapse):

    y = γ_out ⊙ (W · diag(γ_in) · x + b)

γ_in is the γ of the site before, shared and not copied. Here γ_in multiplies x instead of W, which
gives the same y, so that no gradient of a frozen weight is ever computed. The methods that SAN
Studio compares SAN with act in the same places.
"""
from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import nn

from recipes import DEFAULTS, method_named, own_tensors, trains
from rng import Rng
from sites import last_part, sites_of, within

NORMS = (nn.LayerNorm, nn.BatchNorm2d)


class Adapted:
    """A model with a method around it. Batch norms keep their statistics: leave it in `eval()`."""

    def __init__(self, model, method="san", options=None, heads=("head",), rng=None):
        """`heads` are the classifiers, drawn anew. Raises ValueError for an unknown method or network."""
        self.model, self.heads = model.eval(), heads
        self.method, self.options = method_named(method), {**DEFAULTS, **(options or {})}
        self.layers = dict(model.named_modules())
        sites = sites_of(model)
        self.included = last_part(model, int(self.options["lastBlocks"]))
        self.sites = within(sites, self.included)
        norms = [] if is_convolutional(sites) else layer_norms(self.layers)
        self.norms = [name for name in norms if self.included(name)]
        self.own = set()
        rng = rng or Rng(0)
        self.choose_trained()
        self.add_own(rng)
        self.wrap_sites()
        for norm in (self.layers[name] for name in self.norms):
            norm.register_forward_hook(lambda norm, _, y: after(norm, norm, y))
        for head in heads:
            draw_head(self.layers[head], rng)

    def trainable(self):
        """What is trained, by the names it has in an adapter."""
        named = self.model.named_parameters()
        return {name: parameter for name, parameter in named if parameter.requires_grad}

    @torch.no_grad()
    def load(self, tensors):
        """Takes over an adapter's tensors. Raises ValueError where names or shapes differ."""
        trainable = self.trainable()
        if set(tensors) != set(trainable):
            other = sorted(set(tensors) ^ set(trainable))
            raise ValueError(f"An adapter must hold what is trained; they differ in {other[0]}.")
        for name, parameter in trainable.items():
            if tensors[name].shape != parameter.shape:
                shapes = list(parameter.shape), list(tensors[name].shape)
                raise ValueError(f"{name} must have the shape {shapes[0]}; got {shapes[1]}.")
            parameter.copy_(tensors[name])

    @torch.no_grad()
    def merged(self):
        """The state dict with the method folded in: W' = γ_out ⊙ W · γ_in, b' = γ_out ⊙ b + β."""
        state = {k: v.clone() for k, v in self.model.state_dict().items() if k not in self.own}
        for site in self.sites.values():
            weight, update = state[f"{site.layer}.weight"], self.update(site)
            weight = weight if update is None else weight + update
            scale = self.scale_in(site)
            if scale is not None:
                axis = 0 if site.role == "depthwise" else 1  # where a kernel has its inputs
                weight = weight * aligned(scale, weight, axis)
            state[f"{site.layer}.weight"] = weight
            self.fold(state, site.norm or site.layer, self.layers[site.name])
        for name in self.norms:
            self.fold(state, name, self.layers[name])
        return state

    def fold(self, state, name, owner):
        """Folds what is learned in `owner` into the layer `name`."""
        scale, shift, bias = scale_out(owner), getattr(owner, "shift", None), f"{name}.bias"
        weight = state[f"{name}.weight"]
        if scale is not None:
            state[f"{name}.weight"] = weight * aligned(scale, weight, 0)
        if scale is not None and bias in state:
            state[bias] = state[bias] * scale
        if shift is not None:
            state[bias] = state[bias] + shift

    def choose_trained(self):
        for name, parameter in self.model.named_parameters():
            owner = name.rpartition(".")[0]
            is_norm = isinstance(self.layers[owner], NORMS)
            is_trained = self.included(owner) and trains(self.method, name, is_norm)
            parameter.requires_grad_(owner in self.heads or is_trained)

    def add_own(self, rng):
        parts = self.method, self.options, self.sites, self.norms, self.layers
        for module, name, values in own_tensors(*parts, rng):
            self.layers[module].register_parameter(name, nn.Parameter(values))
            self.own.add(f"{module}.{name}")

    def wrap_sites(self):
        for site in self.sites.values():
            layer, owner = self.layers[site.layer], self.layers[site.name]
            layer.register_forward_pre_hook(lambda _, x, site=site: self.before(site, x[0]))
            if self.method.updates:
                layer.register_forward_hook(lambda _, x, y, site=site: self.beside(site, x[0], y))
            behind = self.layers[site.norm] if site.norm else layer
            behind.register_forward_hook(lambda m, _, y, owner=owner: after(owner, m, y))

    def before(self, site, x):
        scale = self.scale_in(site)
        return x if scale is None else x * along(scale, self.layers[site.layer])

    def beside(self, site, x, y):
        """Adds the low-rank update of a layer to what it gives."""
        layer, owner = self.layers[site.layer], self.layers[site.name]
        if not hasattr(owner, "lora_A"):
            return y
        # Only training keeps gradients; nothing is left out at random otherwise.
        x = F.dropout(x, self.options["dropout"], training=torch.is_grad_enabled())
        if isinstance(layer, nn.Linear):
            factor = self.options["alpha"] / self.options["r"]
            return y + factor * F.linear(F.linear(x, owner.lora_A), owner.lora_B)
        geometry = layer.stride, layer.padding, layer.dilation, layer.groups
        return y + F.conv2d(x, self.update(site), None, *geometry)

    def scale_in(self, site):
        """What multiplies the inputs of a site: γ of the site before, or (IA)³'s own."""
        own = getattr(self.layers[site.name], "input_scale", None)
        propagation = self.options["propagation"]
        if own is not None or not self.method.propagates or propagation == "none":
            return own
        layer = self.layers[site.layer]
        inputs = layer.in_features if isinstance(layer, nn.Linear) else layer.in_channels
        if site.reads:  # merged patches hold the channels of several positions
            scale = self.layers[site.reads].scale
            return scale.repeat(inputs // len(scale))
        if not site.resized or propagation != "interpolated":
            return None
        scale = self.layers[site.resized].scale[None, None]
        return F.interpolate(scale, inputs, mode="linear", align_corners=True)[0, 0]

    def update(self, site):
        """α/r · B·A, in the shape of the weight."""
        owner = self.layers[site.name]
        if not hasattr(owner, "lora_A"):
            return None
        factor = self.options["alpha"] / self.options["r"]
        return (factor * owner.lora_B @ owner.lora_A).reshape(self.layers[site.layer].weight.shape)


def is_convolutional(sites):
    return any(site.role in ("convolution", "depthwise") for site in sites.values())


def layer_norms(layers):
    return [name for name, layer in layers.items() if isinstance(layer, nn.LayerNorm)]


@torch.no_grad()
def draw_head(head, rng):
    """As timm draws it: normal with standard deviation 0.02."""
    drawn = [0.02 * rng.normal() for _ in range(head.weight.numel())]
    head.weight.copy_(torch.tensor(drawn).reshape(head.weight.shape))
    head.bias.zero_()


def scale_out(owner):
    if not hasattr(owner, "key_scale"):
        return getattr(owner, "scale", None)
    keys, values = owner.key_scale, owner.value_scale
    return torch.cat([torch.ones_like(keys), keys, values])


def after(owner, layer, y):
    scale, shift = scale_out(owner), getattr(owner, "shift", None)
    y = y if scale is None else y * along(scale, layer)
    return y if shift is None else y + along(shift, layer)


def along(vector, layer):
    """Images have their channels first, tokens last."""
    return vector.reshape(-1, 1, 1) if isinstance(layer, (nn.Conv2d, nn.BatchNorm2d)) else vector


def aligned(vector, weight, axis):
    """Shaped to multiply a weight along one axis."""
    return vector.reshape([-1 if i == axis else 1 for i in range(weight.ndim)])
