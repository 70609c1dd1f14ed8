"""The same step in PyTorch, eager, in float32: SAN over vision transformers of timm's shapes, with
random weights. Needs nothing but PyTorch.

  python3 bench/native/reference.py vit_base_patch16_224 [--batch 32] [--steps 10] [--device cuda]
"""
import argparse
import time

import torch
from torch import nn
import torch.nn.functional as F

WIDTHS = {"vit_tiny_patch16_224": 192, "vit_base_patch16_224": 768}
DEPTH, PATCH, SIDE, HEAD = 12, 16, 224, 64


class Scaled(nn.Module):
    """A frozen layer between the scales of the site before it and its own."""

    def __init__(self, inputs, outputs, before=None):
        super().__init__()
        self.layer = nn.Linear(inputs, outputs).requires_grad_(False)
        self.before = before
        self.gamma = nn.Parameter(torch.ones(outputs))

    def forward(self, x):
        x = x if self.before is None else x * self.before
        return self.layer(x) * self.gamma


class Block(nn.Module):
    def __init__(self, width, embedded):
        super().__init__()
        self.heads = width // HEAD
        self.norm1 = nn.LayerNorm(width, 1e-6)
        self.qkv = Scaled(width, 3 * width, embedded)
        self.proj = Scaled(width, width)
        self.norm2 = nn.LayerNorm(width, 1e-6)
        self.fc1 = Scaled(width, 4 * width, self.proj.gamma)
        self.fc2 = Scaled(4 * width, width, self.fc1.gamma)

    def forward(self, x):
        batch, tokens, width = x.shape
        qkv = self.qkv(self.norm1(x)).reshape(batch, tokens, 3, self.heads, HEAD)
        q, k, v = qkv.permute(2, 0, 3, 1, 4).unbind(0)
        attended = ((q * HEAD**-0.5) @ k.transpose(-2, -1)).softmax(-1) @ v
        x = x + self.proj(attended.transpose(1, 2).reshape(batch, tokens, width))
        return x + self.fc2(F.gelu(self.fc1(self.norm2(x))))


class San(nn.Module):
    def __init__(self, width, classes):
        super().__init__()
        self.embed = Scaled(3 * PATCH**2, width)
        self.token = nn.Parameter(torch.zeros(1, 1, width), requires_grad=False)
        places = (SIDE // PATCH) ** 2 + 1
        self.positions = nn.Parameter(torch.zeros(1, places, width), requires_grad=False)
        self.blocks = nn.ModuleList(Block(width, self.embed.gamma) for _ in range(DEPTH))
        self.norm = nn.LayerNorm(width, 1e-6)
        self.head = nn.Linear(width, classes)

    def forward(self, images):
        patches = F.unfold(images, PATCH, stride=PATCH).transpose(1, 2)
        x = self.embed(patches)
        x = torch.cat([self.token.expand(len(x), -1, -1), x], 1) + self.positions
        for block in self.blocks:
            x = block(x)
        return self.head(self.norm(x)[:, 0])


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("model", choices=WIDTHS)
    parser.add_argument("--batch", type=int, default=16)
    parser.add_argument("--steps", type=int, default=10)
    parser.add_argument("--device", default="cuda", choices=["cuda", "cpu"])
    parser.add_argument("--threads", type=int, default=2, help="of a processor")
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    model = San(WIDTHS[options.model], 5).to(options.device).train()
    trained = [p for p in model.parameters() if p.requires_grad]
    optimizer = torch.optim.AdamW(trained, lr=1e-4, weight_decay=0)
    images = torch.randn(options.batch, 3, SIDE, SIDE, device=options.device)
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
    count = sum(p.numel() for p in trained)
    name = torch.cuda.get_device_name() if options.device == "cuda" else f"{options.threads} threads"
    print(f"{options.model}, batch {options.batch}: {1000 * median:.1f} ms a step, "
          f"{options.batch / median:.1f} images/s; {count} parameters train; "
          f"PyTorch {torch.__version__}, {name}")


main()
