"""Reads and writes safetensors files (https://github.com/huggingface/safetensors), and among them
SAN Studio's adapters, whose SHA-256 tells the page that they are whole."""
import hashlib
import json
import struct

import torch

TYPES = {
    "F64": torch.float64,
    "F32": torch.float32,
    "F16": torch.float16,
    "BF16": torch.bfloat16,
    "I64": torch.int64,
    "I32": torch.int32,
}


def read(path):
    """(tensors by name, metadata) of a file; whatever its type, a number becomes float32."""
    with open(path, "rb") as file:
        (length,) = struct.unpack("<Q", file.read(8))
        header = json.loads(file.read(length))
        body = file.read()
    metadata = header.pop("__metadata__", {})
    tensors = {}
    for name, entry in header.items():
        start, end = entry["data_offsets"]
        values = torch.frombuffer(bytearray(body[start:end]), dtype=TYPES[entry["dtype"]])
        tensors[name] = values.reshape(entry["shape"]).float()
    return tensors, metadata


def write(path, tensors, metadata):
    with open(path, "wb") as file:
        file.write(layout(tensors, metadata))


def write_adapter(path, tensors, metadata):
    """An adapter that SAN Studio opens; `metadata` is that of the adapter the run left."""
    stale = ("digest", "record_hash")  # of the adapter and the run it is not any more
    described = {key: text for key, text in metadata.items() if key not in stale}
    digest = hashlib.sha256(layout(tensors, described)).hexdigest()
    write(path, tensors, {**described, "digest": digest})


def layout(tensors, metadata):
    """The bytes of a file, laid out as the page lays them out."""
    header, body = {"__metadata__": metadata}, bytearray()
    for name in sorted(tensors):
        values = tensors[name].detach().cpu().float().contiguous()
        start = len(body)
        body += values.numpy().astype("<f4").tobytes()
        offsets = [start, len(body)]
        header[name] = {"dtype": "F32", "shape": list(values.shape), "data_offsets": offsets}
    text = json.dumps(header, ensure_ascii=False, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)
    return struct.pack("<Q", len(text)) + text + bytes(body)
