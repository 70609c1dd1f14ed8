"""Families for the reference: facts, sites and forward passes, written as their papers and timm
tell them, in the plainest way. A class here is all that methods.py wants of a family."""
from dataclasses import dataclass

import torch
import torch.nn.functional as F


@dataclass
class Facts:
    epsilon: float
    norms: str  # a pattern of the names of its norms
    changes_norms: bool  # SSF also changes what the layer norms of a transformer give
    mlp: str = "mlp"  # what a block calls the MLP that adapters stand beside


class ConvNext:
    """Feature maps are [B, C, H, W] for convolutions and [B, H, W, C] for everything else."""

    convnext_facts = Facts(1e-6, r"norm|stem\.1|downsample\.0", changes_norms=False)

    def convnext_blocks(self):
        for stage, depth in enumerate(self.config["depths"]):
            yield f"stages.{stage}", [f"stages.{stage}.blocks.{i}" for i in range(depth)]

    def convnext_sites(self):
        sites = {"stem.0": ("embedding", None)}
        before = "stem.0"
        for stage, blocks in self.convnext_blocks():
            if f"{stage}.downsample.1.weight" in self.tensors:
                sites[f"{stage}.downsample.1"] = ("reduction", before)
                before = f"{stage}.downsample.1"
            for block in blocks:
                sites[f"{block}.conv_dw"] = ("depthwise", before)
                sites[f"{block}.mlp.fc1"] = ("mlp-in", f"{block}.conv_dw")
                sites[f"{block}.mlp.fc2"] = ("mlp-out", f"{block}.mlp.fc1")
                before = f"{block}.mlp.fc2"
        return sites

    def convnext(self, images):
        x = self.norm("stem.1", self.patches("stem.0", images))
        for stage, blocks in self.convnext_blocks():
            if f"{stage}.downsample.1" in self.sites:
                normed = self.norm(f"{stage}.downsample.0", x)
                x = self.patches(f"{stage}.downsample.1", normed.permute(0, 3, 1, 2))
            for block in blocks:
                x = self.convnext_block(block, x)
        features = self.norm("head.norm", x.mean((1, 2)))
        return F.linear(features, self.tensors["head.fc.weight"], self.tensors["head.fc.bias"])

    def convnext_block(self, name, x):
        y = self.norm(f"{name}.norm", self.depthwise(f"{name}.conv_dw", x))
        y = self.linear(f"{name}.mlp.fc2", F.gelu(self.linear(f"{name}.mlp.fc1", y)))
        gamma = self.tensors.get(f"{name}.gamma", 1)
        return x + gamma * y + self.method.beside(self, f"{name}.mlp", x)


class Swin:
    """Feature maps are [B, H, W, C]."""

    swin_facts = Facts(1e-5, r"norm", changes_norms=True)

    def swin_blocks(self):
        for stage, depth in enumerate(self.config["depths"]):
            yield stage, [f"layers.{stage}.blocks.{i}" for i in range(depth)]

    def swin_sites(self):
        sites = {"patch_embed": ("embedding", None)}
        stream = "patch_embed"  # the layer that made the features a stage's blocks add to
        for stage, blocks in self.swin_blocks():
            if stage > 0:
                reduction = f"layers.{stage}.downsample.reduction"
                sites[reduction] = ("reduction", stream)
                stream = reduction
            for block in blocks:
                sites[f"{block}.attn.qkv"] = ("qkv", stream)
                sites[f"{block}.attn.proj"] = ("projection", None)
                sites[f"{block}.mlp.fc1"] = ("mlp-in", f"{block}.attn.proj")
                sites[f"{block}.mlp.fc2"] = ("mlp-out", f"{block}.mlp.fc1")
        return sites

    def swin(self, images):
        x = self.norm("patch_embed.norm", self.patches("patch_embed", images))
        resolution = x.shape[1]
        for stage, blocks in self.swin_blocks():
            if stage > 0:
                x = self.merged(f"layers.{stage}.downsample", x)
                resolution = resolution // 2
            for i, block in enumerate(blocks):
                window = min(self.config["window_size"], resolution)
                shift = window // 2 if i % 2 == 1 and resolution > window else 0
                x = self.swin_block(block, x, self.config["num_heads"][stage], window, shift)
        features = self.norm("norm", x).mean((1, 2))
        return F.linear(features, self.tensors["head.fc.weight"], self.tensors["head.fc.bias"])

    def merged(self, name, x):
        """Four neighbours become one position: first the left column, then the right one."""
        x = F.pad(x, (0, 0, 0, x.shape[2] % 2, 0, x.shape[1] % 2))
        parts = [x[:, row::2, column::2] for column in (0, 1) for row in (0, 1)]
        return self.linear(f"{name}.reduction", self.norm(f"{name}.norm", torch.cat(parts, -1)))

    def swin_block(self, name, x, heads, window, shift):
        batch, height, width, channels = x.shape
        y = torch.roll(self.norm(f"{name}.norm1", x), (-shift, -shift), (1, 2))
        y = F.pad(y, (0, 0, 0, -width % window, 0, -height % window))
        rows, columns = y.shape[1] // window, y.shape[2] // window
        y = y.reshape(batch, rows, window, columns, window, channels).transpose(2, 3)
        y = y.reshape(batch, rows * columns, window**2, channels)
        mask = shift_mask(rows, columns, window, shift)
        y = self.window_attention(f"{name}.attn", y, heads, window, mask)
        y = y.reshape(batch, rows, columns, window, window, channels).transpose(2, 3)
        y = y.reshape(batch, rows * window, columns * window, channels)[:, :height, :width]
        x = x + torch.roll(y, (shift, shift), (1, 2))
        hidden = F.gelu(self.linear(f"{name}.mlp.fc1", self.norm(f"{name}.norm2", x)))
        y = self.linear(f"{name}.mlp.fc2", hidden)
        return x + y + self.method.beside(self, f"{name}.mlp", x)

    def window_attention(self, name, x, heads, window, mask):
        batch, windows, count, channels = x.shape
        qkv = self.linear(f"{name}.qkv", x).reshape(batch, windows, count, 3, heads, -1)
        q, k, v = qkv.permute(3, 0, 1, 4, 2, 5)
        scores = q @ k.transpose(-2, -1) / (channels // heads) ** 0.5
        table = self.tensors[f"{name}.relative_position_bias_table"]
        table = table.reshape(2 * window - 1, 2 * window - 1, heads)
        y, z = torch.arange(count) // window, torch.arange(count) % window
        between = lambda at: at[:, None] - at[None, :] + window - 1
        scores = scores + table[between(y), between(z)].permute(2, 0, 1)
        scores = scores + mask[:, None]
        attended = (scores.softmax(-1) @ v).transpose(2, 3).reshape(x.shape)
        return self.linear(f"{name}.proj", attended)


def shift_mask(rows, columns, window, shift):
    """−100 between positions of a window that lie together only because of the shift."""

    def regions(side):
        at = torch.arange(side)
        return (at >= side - window).int() + (at >= side - shift).int() * (shift > 0)

    ids = regions(rows * window)[:, None] * 3 + regions(columns * window)[None, :]
    ids = ids.reshape(rows, window, columns, window).transpose(1, 2)
    ids = ids.reshape(rows * columns, window**2)
    apart = ids[:, :, None] != ids[:, None, :]
    return -100.0 * apart * (shift > 0)


class Mixer:
    """Tokens are [B, n, C]."""

    mixer_facts = Facts(1e-6, r"norm", changes_norms=True, mlp="mlp_channels")

    def mixer_sites(self):
        sites = {"stem.proj": ("embedding", None)}
        for i in range(self.config["num_blocks"]):
            for mlp, reads in ("mlp_tokens", None), ("mlp_channels", "stem.proj"):
                sites[f"blocks.{i}.{mlp}.fc1"] = ("mlp-in", reads)
                sites[f"blocks.{i}.{mlp}.fc2"] = ("mlp-out", f"blocks.{i}.{mlp}.fc1")
        return sites

    def mixer(self, images):
        x = self.patches("stem.proj", images).flatten(1, 2)
        for i in range(self.config["num_blocks"]):
            x = self.mixer_block(f"blocks.{i}", x)
        features = self.norm("norm", x).mean(1)
        return F.linear(features, self.tensors["head.weight"], self.tensors["head.bias"])

    def mixer_block(self, name, x):
        tokens = self.norm(f"{name}.norm1", x).transpose(1, 2)
        x = x + self.mixer_mlp(f"{name}.mlp_tokens", tokens).transpose(1, 2)
        y = self.mixer_mlp(f"{name}.mlp_channels", self.norm(f"{name}.norm2", x))
        return x + y + self.method.beside(self, f"{name}.mlp_channels", x)

    def mixer_mlp(self, name, x):
        return self.linear(f"{name}.fc2", F.gelu(self.linear(f"{name}.fc1", x)))


FAMILIES = (ConvNext, Swin, Mixer)
