"""The same step in PyTorch, eager, in float32, on the same GPU: SAN over timm's vision transformers.

  python3 reference.py vit_base_patch16_224 [--batch 32] [--steps 10]
"""
import argparse
import time

import timm
import torch
from torch import nn
import torch.nn.functional as F


class Scaled(nn.Module):
    """A frozen layer between the scales of the site before it and its own."""

    def __init__(self, layer, before):
        super().__init__()
        self.layer, self.before = layer, before
        self.gamma = nn.Parameter(torch.ones(layer.weight.shape[0]))

    def forward(self, x):
        x = x if self.before is None else x * self.before
        if isinstance(self.layer, nn.Conv2d):
            return self.layer(x) * self.gamma[:, None, None]
        return self.layer(x) * self.gamma


def san(model, classes):
    model.requires_grad_(False)
    model.reset_classifier(classes)
    embed = model.patch_embed.proj = Scaled(model.patch_embed.proj, None)
    for block in model.blocks:
        block.attn.qkv = Scaled(block.attn.qkv, embed.gamma)
        block.attn.proj = Scaled(block.attn.proj, None)
        block.mlp.fc1 = Scaled(block.mlp.fc1, block.attn.proj.gamma)
        block.mlp.fc2 = Scaled(block.mlp.fc2, block.mlp.fc1.gamma)
    for module in model.modules():
        if isinstance(module, (nn.LayerNorm, nn.BatchNorm2d)):
            module.requires_grad_(True)
    return model


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("model")
    parser.add_argument("--batch", type=int, default=32)
    parser.add_argument("--steps", type=int, default=10)
    parser.add_argument("--device", default="cuda")
    parser.add_argument("--fused", action="store_true", help="attention in one kernel, as timm does by itself")
    options = parser.parse_args()
    if not options.fused:
        timm.layers.set_fused_attn(False)
    model = san(timm.create_model(options.model), 5).to(options.device).train()
    trained = [p for p in model.parameters() if p.requires_grad]
    optimizer = torch.optim.AdamW(trained, lr=1e-4, weight_decay=0)
    images = torch.randn(options.batch, 3, 224, 224, device=options.device)
    labels = torch.arange(options.batch, device=options.device) % 5
    seconds = []
    for _ in range(options.steps + 2):
        start = time.perf_counter()
        optimizer.zero_grad()
        loss = F.cross_entropy(model(images), labels)
        loss.backward()
        nn.utils.clip_grad_norm_(trained, float("inf"))
        optimizer.step()
        loss.item()
        seconds.append(time.perf_counter() - start)
    median = sorted(seconds[2:])[options.steps // 2]
    print(f"{options.model} batch {options.batch}: {1000 * median:.1f} ms, {options.batch / median:.1f} images/s, "
          f"{sum(p.numel() for p in trained)} parameters train, torch {torch.__version__}, "
          f"{torch.cuda.get_device_name() if options.device == 'cuda' else 'CPU'}, tf32 {torch.backends.cuda.matmul.allow_tf32}")


main()
