#!/usr/bin/env python3
"""Repeats the run of this bundle in PyTorch, or goes on from what it learned.

    python eject/train.py --data FOLDER --backbone model.safetensors
    python eject/train.py --data FOLDER --backbone model.safetensors --go-on --epochs 5
    torchrun --nproc_per_node 4 eject/train.py --data FOLDER --backbone model.safetensors

FOLDER holds the images that split.json names. The backbone is the file the run started from, as
SAN Studio opened it; that of a Hugging Face Hub repository is fetched where none is given. Settings,
seed, split, order of the images and augmentation are those of run.json and split.json.
"""
from __future__ import annotations

import argparse
import json
import os
import sys
from pathlib import Path

import torch
import torch.distributed as dist

import adapter
from images import find
from network import build
from run import Run

FILES = ("run.json", "config.json", "split.json", "adapter.safetensors")


def main():
    arguments = parse()
    bundle = read_bundle(arguments.bundle)
    if arguments.epochs is not None:
        bundle["run.json"]["training"]["epochs"] = arguments.epochs
    device = join_processes(arguments.device)
    adapted = build(bundle, arguments.backbone)
    tensors, metadata = bundle["adapter.safetensors"]
    if arguments.go_on:
        adapted.load(tensors)
    adapted.model.to(device)
    split = {part: samples(bundle, part, arguments.data) for part in ("train", "validation")}
    preprocessing = json.loads(metadata["preprocessing"])
    run = Run(adapted, split, bundle["run.json"]["training"], preprocessing, device, arguments.workers)
    run.complete()
    if run.rank == 0:
        write(arguments.out, run, metadata)
    if dist.is_initialized():
        dist.barrier()  # whoever leaves first would take its ends of the connections along
        dist.destroy_process_group()


def parse():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", type=Path, required=True, help="folder of the images")
    parser.add_argument("--backbone", type=Path, help="weights file the run started from")
    parser.add_argument("--go-on", action="store_true", help="start from the bundle's adapter")
    parser.add_argument("--epochs", type=int, help="instead of the run's own number")
    parser.add_argument("--device", default="cuda" if torch.cuda.is_available() else "cpu")
    parser.add_argument("--workers", type=int, default=0, help="processes that load images")
    parser.add_argument("--bundle", type=Path, default=Path(__file__).resolve().parent.parent)
    parser.add_argument("--out", type=Path, default=Path("trained"), help="folder for the result")
    return parser.parse_args()


def read_bundle(folder):
    missing = [name for name in FILES if not (folder / name).is_file()]
    if missing:
        raise FileNotFoundError(f"{folder} must hold {', '.join(FILES)}; {missing[0]} is missing.")
    bundle = {name: json.loads((folder / name).read_text("utf-8")) for name in FILES[:3]}
    return {**bundle, FILES[3]: adapter.read(folder / FILES[3])}


def join_processes(device):
    """The device of this process; torchrun says in the environment which of them it is."""
    if "RANK" not in os.environ:
        return torch.device(device)
    dist.init_process_group("nccl" if device == "cuda" else "gloo")
    if device != "cuda":
        return torch.device(device)
    local = dist.get_rank() % torch.cuda.device_count()
    torch.cuda.set_device(local)
    return torch.device("cuda", local)


def samples(bundle, part, folder):
    """(path, label) of every image of a part of the split, in the run's order."""
    classes = bundle["config.json"]["label_names"]
    return [(find(folder, entry), classes.index(entry["class"])) for entry in bundle["split.json"][part]]


def write(folder, run, metadata):
    folder.mkdir(parents=True, exist_ok=True)
    adapter.write_adapter(folder / "adapter.safetensors", run.adapted.trainable(), metadata)
    merged = {k: v for k, v in run.adapted.merged().items() if v.is_floating_point()}
    adapter.write(folder / "model.safetensors", merged, {"format": "pt"})
    (folder / "run.json").write_text(json.dumps(run.record, indent=2) + "\n", "utf-8")
    print(f"Wrote adapter.safetensors, model.safetensors and run.json to {folder}.")


if __name__ == "__main__":
    try:
        main()
    except (FileNotFoundError, ValueError) as error:
        sys.exit(str(error))
