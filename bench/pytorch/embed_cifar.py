#!/usr/bin/python3
"""PyTorch's forward pass of the network of simclr_cifar.py, for inference: uint8 in, features out.

Batch norms are folded into the convolutions, as Alike's and onnxruntime's are. Prints one JSON line.

    /usr/bin/python3 bench/pytorch/embed_cifar.py --threads 1
"""
import argparse
import json
import time

import torch
import torch.nn as nn
from torch.nn.utils.fusion import fuse_conv_bn_weights

import simclr_cifar


class Folded(nn.Module):
    """A "same" convolution with the batch norm behind it in its weights."""

    def __init__(self, conv, norm):
        super().__init__()
        self.size, self.stride = conv.kernel_size[0], conv.stride[0]
        self.weight, self.bias = fuse_conv_bn_weights(
            conv.weight, None, norm.running_mean, norm.running_var, norm.eps, norm.weight, norm.bias)

    def forward(self, x):
        if self.stride == 1:
            return nn.functional.conv2d(x, self.weight, self.bias, padding=self.size // 2)
        total = max(0, self.size - self.stride)
        x = nn.functional.pad(x, (total // 2, total - total // 2) * 2)
        return nn.functional.conv2d(x, self.weight, self.bias, stride=self.stride)


def fold(encoder):
    body = encoder.body
    layers = [Folded(body[0], body[1]), nn.ReLU(inplace=True)]
    for block in body[3:]:
        block.conv1, block.norm1 = Folded(block.conv1, block.norm1), nn.Identity()
        block.conv2, block.norm2 = Folded(block.conv2, block.norm2), nn.Identity()
        if isinstance(block.shortcut, nn.Sequential):
            block.shortcut = Folded(*block.shortcut)
        layers.append(block)
    encoder.body = nn.Sequential(*layers)
    return encoder


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--batch", type=int, default=64)
    parser.add_argument("--seconds", type=float, default=2)
    parser.add_argument("--channels-last", action="store_true")
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    layout = torch.channels_last if options.channels_last else torch.contiguous_format
    plain = simclr_cifar.ResNet([1, 1, 1], 16).eval()
    images = torch.randint(0, 256, (options.batch, 3, 32, 32), dtype=torch.uint8)
    images = images.contiguous(memory_format=layout)
    prepare = lambda: (images.float() / 255 - 0.5) / 0.25
    with torch.no_grad():
        wanted = plain(prepare())
        encoder = fold(plain).to(memory_format=layout)
        assert torch.allclose(encoder(prepare()), wanted, atol=1e-3)
        for _ in range(5):
            encoder(prepare())
        start, count = time.time(), 0
        while time.time() < start + options.seconds:
            encoder(prepare())
            count += options.batch
        print(json.dumps({"imagesPerSecond": count / (time.time() - start)}))


if __name__ == "__main__":
    main()
