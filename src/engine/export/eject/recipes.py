"""What each of SAN Studio's methods trains and adds, as far as it folds into the weights afterwards.
Names and first values are those of the page, in the order in which the page draws them."""
from dataclasses import dataclass

import torch

ATTENTION, MLP = ("qkv", "projection"), ("mlp-in", "mlp-out")
CONVOLUTIONS = ("convolution", "inner-convolution", "depthwise", "shortcut")
EVERY = ("embedding", "reduction", *ATTENTION, *MLP, *CONVOLUTIONS)
ENDS = ("projection", "mlp-out")
INNER = ("mlp-out", "inner-convolution")

DEFAULTS = {
    "propagation": "reference",
    "shift": False,
    "r": 8,
    "alpha": 16,
    "dropout": 0,
    "layers": "all",
    "lastBlocks": 0,
}


@dataclass(frozen=True)
class Method:
    trains: tuple = ()  # of the network itself: "weight", "bias", "norm"
    scales: tuple = ()  # roles of the sites that get a scale
    propagates: bool = False  # a scale also acts in the layer that reads what it scaled
    stretches: bool = False  # scales and shifts begin at random, and stand behind layer norms too
    updates: bool = False  # low-rank updates of weights
    inhibits: bool = False  # scales of keys, values and hidden features


METHODS = {
    "san": Method(trains=("norm",), scales=EVERY, propagates=True),
    "san_lora": Method(trains=("norm",), scales=EVERY, propagates=True, updates=True),
    "linear": Method(),
    "full": Method(trains=("weight", "bias", "norm")),
    "lora": Method(updates=True),
    "norm": Method(trains=("norm",)),
    "bitfit": Method(trains=("bias",)),
    "ssf": Method(scales=EVERY, stretches=True),
    "ia3": Method(inhibits=True),
    "difffit": Method(trains=("bias", "norm"), scales=ENDS),
}


def method_named(name):
    if name in METHODS:
        return METHODS[name]
    raise ValueError(f"The method must be one of {', '.join(METHODS)}; got {name}.")


def trains(method, name, is_norm):
    """Whether the method trains a tensor of the network itself."""
    if is_norm and "norm" in method.trains:
        return True
    return ("bias" if name.endswith(".bias") else "weight") in method.trains


def own_tensors(method, options, sites, norms, layers, rng):
    """Yields (module, tensor, first value) of all that the method adds. `norms` are the layer norms
    that it may follow."""
    for site in (site for site in sites.values() if site.role in method.scales):
        yield from scale_and_shift(method, options, site, layers, rng)
    for norm in norms if method.stretches else ():
        width = len(layers[norm].weight)
        yield norm, "scale", around(1, width, rng)
        yield norm, "shift", around(0, width, rng)
    if method.updates:
        for site in updated(sites, options["layers"]):
            yield from low_rank(site, layers[site.layer].weight, options, rng)
    if method.inhibits:
        for site in sites.values():
            yield from inhibitors(site, layers[site.layer].weight)


def scale_and_shift(method, options, site, layers, rng):
    width = len(layers[site.layer].weight)
    has_offset = layers[site.norm or site.layer].bias is not None
    yield site.name, "scale", around(1, width, rng) if method.stretches else torch.ones(width)
    if has_offset and method.stretches:
        yield site.name, "shift", around(0, width, rng)
    elif has_offset and method.propagates and options["shift"]:
        yield site.name, "shift", torch.zeros(width)


def around(middle, width, rng):
    return torch.tensor([middle + 0.02 * rng.normal() for _ in range(width)])


def updated(sites, choice):
    """Layers of the chosen kind; a network without linear ones inside has its convolutions updated."""
    roles = {"attention": ATTENTION, "mlp": MLP, "all": ATTENTION + MLP}[choice]
    return [site for site in sites.values() if site.role in roles] or list(sites.values())


def low_rank(site, weight, options, rng):
    """A uniform as Kaiming's with a = √5, B zero."""
    rank, columns = int(options["r"]), weight[0].numel()
    bound = columns**-0.5
    down = [bound * (2 * rng.uniform() - 1) for _ in range(rank * columns)]
    yield site.name, "lora_A", torch.tensor(down).reshape(rank, columns)
    yield site.name, "lora_B", torch.zeros(len(weight), rank)


def inhibitors(site, weight):
    if site.role == "qkv":
        yield site.name, "key_scale", torch.ones(len(weight) // 3)
        yield site.name, "value_scale", torch.ones(len(weight) // 3)
    elif site.role in INNER:
        yield site.name, "input_scale", torch.ones(weight.shape[1])
