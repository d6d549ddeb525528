#!/usr/bin/python3
"""The same network, data, batch, augmentations and optimiser as Alike's, in PyTorch on the CPU.

Reads CIFAR-10 from ImageFolder tars, trains SimCLR with a CIFAR ResNet-8, and prints one JSON line:
views a second, loss, and kNN accuracy (cosine, k = 200, tau = 0.1) of the trained and of the
untrained encoder. Needs Debian's python3-torch and python3-pil.

    /usr/bin/python3 bench/pytorch/simclr_cifar.py --data ../shared/data/cifar10 --epochs 10
"""
import argparse
import io
import json
import math
import tarfile
import time

import torch
import torch.nn as nn
import torch.nn.functional as F
from PIL import Image


def load(path, limit):
    images, labels = [], []
    with tarfile.open(path) as tar:
        for member in tar:
            if not member.isfile():
                continue
            image = Image.open(io.BytesIO(tar.extractfile(member).read())).convert("RGB")
            images.append(torch.frombuffer(bytearray(image.tobytes()), dtype=torch.uint8)
                          .reshape(32, 32, 3).permute(2, 0, 1))
            labels.append(member.name.split("/")[-2])
            if len(images) == limit:
                break
    names = sorted(set(labels))
    return torch.stack(images), torch.tensor([names.index(label) for label in labels])


class SameConv(nn.Conv2d):
    """TensorFlow's "same" padding, as Alike uses: at stride 2 the extra row is below and right."""

    def forward(self, x):
        size, stride = self.kernel_size[0], self.stride[0]
        if stride == 1:
            return F.conv2d(x, self.weight, padding=size // 2)
        total = max(0, size - stride)
        return F.conv2d(F.pad(x, (total // 2, total - total // 2) * 2), self.weight, stride=stride)


def conv(inputs, outputs, size, stride=1):
    layer = SameConv(inputs, outputs, size, stride, bias=False)
    nn.init.kaiming_normal_(layer.weight, mode="fan_out", nonlinearity="relu")
    return layer


class Block(nn.Module):
    def __init__(self, inputs, outputs, stride):
        super().__init__()
        self.conv1, self.norm1 = conv(inputs, outputs, 3, stride), nn.BatchNorm2d(outputs)
        self.conv2, self.norm2 = conv(outputs, outputs, 3), nn.BatchNorm2d(outputs)
        self.shortcut = nn.Identity() if stride == 1 and inputs == outputs else nn.Sequential(
            conv(inputs, outputs, 1, stride), nn.BatchNorm2d(outputs))

    def forward(self, x):
        y = self.norm2(self.conv2(F.relu(self.norm1(self.conv1(x)))))
        return F.relu(y + self.shortcut(x))


class ResNet(nn.Module):
    def __init__(self, blocks, width):
        super().__init__()
        layers, inputs = [conv(3, width, 3), nn.BatchNorm2d(width), nn.ReLU()], width
        for stage, count in enumerate(blocks):
            for i in range(count):
                outputs = width * 2 ** stage
                layers.append(Block(inputs, outputs, 2 if stage and not i else 1))
                inputs = outputs
        self.body, self.dimensions = nn.Sequential(*layers), inputs

    def forward(self, x):
        return self.body(x).mean((2, 3))


def grey(x):
    return (0.2989 * x[:, 0] + 0.587 * x[:, 1] + 0.114 * x[:, 2])[:, None]


def hue(x, shift):
    """Hue turned by `shift` (n,1,1) of a circle, through HSV as torchvision does it."""
    high, low = x.max(1).values, x.min(1).values
    span = high - low
    s = span / high.clamp(min=1e-12)
    d = span.clamp(min=1e-12)
    r, g, b = x.unbind(1)
    h = torch.where(high == r, ((g - b) / d) % 6,
                    torch.where(high == g, (b - r) / d + 2, (r - g) / d + 4)) / 6
    h = (h + shift) % 1
    k = [(n + h * 6) % 6 for n in (5, 3, 1)]
    return torch.stack([high - high * s * torch.minimum(q, 4 - q).clamp(0, 1) for q in k], 1)


def crop_boxes(n, side, attempts=10):
    """Boxes of whole pixels as torchvision's RandomResizedCrop draws them: the first of ten that
    fits, else the whole image. Returns width and height as shares of the side, and the centre's
    place in -1..1."""
    area = side * side * torch.empty(n, attempts).uniform_(0.08, 1)
    ratio = torch.exp(torch.empty(n, attempts).uniform_(math.log(3 / 4), math.log(4 / 3)))
    w, h = (area * ratio).sqrt().round(), (area / ratio).sqrt().round()
    fits = (w <= side) & (h <= side)
    first = fits.int().argmax(1, keepdim=True)
    w, h = w.gather(1, first)[:, 0], h.gather(1, first)[:, 0]
    none = ~fits.any(1)
    w[none], h[none] = side, side
    left = (torch.rand(n) * (side - w + 1)).floor()
    top = (torch.rand(n) * (side - h + 1)).floor()
    return w / side, h / side, (2 * left + w) / side - 1, (2 * top + h) / side - 1


def augment(x):
    """SimCLR's CIFAR views of a batch of floats in 0..1, whole batches at a time."""
    n = len(x)
    w, h, cx, cy = crop_boxes(n, x.shape[-1])
    flip = torch.where(torch.rand(n) < 0.5, -1.0, 1.0)
    theta = torch.zeros(n, 2, 3)
    theta[:, 0, 0], theta[:, 0, 2], theta[:, 1, 1], theta[:, 1, 2] = w * flip, cx, h, cy
    grid = F.affine_grid(theta, x.shape, align_corners=False)
    x = F.grid_sample(x, grid, padding_mode="border", align_corners=False)
    out = x.clone()
    # One order of the four for each eighth of the batch: the order of each image costs too much.
    for part in torch.randperm(n).chunk(8):
        part = part[torch.rand(len(part)) < 0.8]
        y = x[part]
        factor = lambda: torch.empty(len(part), 1, 1, 1).uniform_(0.6, 1.4)
        for op in torch.randperm(4).tolist():
            if op == 0:
                y = y * factor()
            elif op == 1:
                mean = grey(y).mean((1, 2, 3), keepdim=True)
                y = mean + (y - mean) * factor()
            elif op == 2:
                base = grey(y)
                y = base + (y - base) * factor()
            else:
                y = hue(y, torch.empty(len(part), 1, 1).uniform_(-0.1, 0.1))
            y = y.clamp(0, 1)
        out[part] = y
    drop = torch.rand(n) < 0.2
    out[drop] = grey(out[drop]).expand(-1, 3, -1, -1)
    return (out - 0.5) / 0.25


def nt_xent(z, temperature):
    z = F.normalize(z)
    logits = z @ z.T / temperature
    logits.fill_diagonal_(-1e9)
    return F.cross_entropy(logits, torch.arange(len(z)) ^ 1)


@torch.no_grad()
def features(encoder, images):
    encoder.eval()
    chunks = [encoder((chunk.float() / 255 - 0.5) / 0.25) for chunk in images.split(500)]
    encoder.train()
    return F.normalize(torch.cat(chunks))


@torch.no_grad()
def knn(encoder, bank, bank_labels, queries, labels, k=200, temperature=0.1):
    bank, correct = features(encoder, bank), 0
    for chunk, truth in zip(features(encoder, queries).split(500), labels.split(500)):
        similarity, index = (chunk @ bank.T).topk(min(k, len(bank)))
        votes = torch.zeros(len(chunk), 10)
        votes.scatter_add_(1, bank_labels[index], (similarity / temperature).exp())
        correct += (votes.argmax(1) == truth).sum().item()
    return correct / len(labels)


def arguments(description):
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--data", default="../shared/data/cifar10")
    parser.add_argument("--images", type=int, default=10_000)
    parser.add_argument("--epochs", type=float, default=10)
    parser.add_argument("--steps", type=int, default=0, help="instead of epochs; no kNN then")
    parser.add_argument("--batch", type=int, default=256)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--width", type=int, default=16)
    parser.add_argument("--learning-rate", type=float, default=2e-3)
    parser.add_argument("--temperature", type=float, default=0.5)
    parser.add_argument("--channels-last", action="store_true", help="NHWC, as Alike has it")
    return parser


def create_encoder(options):
    """The encoder with its first weights, in the memory layout asked for."""
    torch.set_num_threads(options.threads)
    torch.manual_seed(options.seed)
    return ResNet([1, 1, 1], options.width).to(memory_format=layout_of(options))


def layout_of(options):
    return torch.channels_last if options.channels_last else torch.contiguous_format


def adam_of(parameters, rate, decay):
    """Adam whose weight decay leaves norms and biases alone."""
    parameters = list(parameters)
    return torch.optim.Adam([
        {"params": [p for p in parameters if p.ndim > 1], "weight_decay": decay},
        {"params": [p for p in parameters if p.ndim == 1]},
    ], lr=rate)


def set_rate(optimizer, rate, progress, warmup=0.05):
    """Linear warm-up, then half a cosine to 0."""
    factor = progress / warmup if progress < warmup else 0.5 * (
        1 + math.cos(math.pi * (progress - warmup) / (1 - warmup)))
    for group in optimizer.param_groups:
        group["lr"] = rate * factor


def pretrain(encoder, images, steps, options):
    """SimCLR. Returns the last loss and views a second."""
    projector = nn.Sequential(nn.Linear(encoder.dimensions, 128, bias=False), nn.BatchNorm1d(128),
                              nn.ReLU(), nn.Linear(128, 64, bias=False))
    adam = adam_of([*encoder.parameters(), *projector.parameters()], options.learning_rate, 1e-6)
    per_epoch = len(images) // options.batch
    # The speed is that of the steps after the first few, in which memory and plans are made.
    warm_up, order = min(3, steps - 1), None
    for step in range(steps):
        if step == warm_up:
            start = time.time()
        if step % per_epoch == 0:
            order = torch.randperm(len(images))
        at = step % per_epoch * options.batch
        x = images[order[at:at + options.batch]].float() / 255
        set_rate(adam, options.learning_rate, (step + 0.5) / steps)
        views = torch.stack([augment(x), augment(x)], 1).flatten(0, 1).contiguous(
            memory_format=layout_of(options))
        loss = nt_xent(projector(encoder(views)), options.temperature)
        adam.zero_grad()
        loss.backward()
        adam.step()
    return loss.item(), 2 * options.batch * (steps - warm_up) / (time.time() - start)


def main():
    options = arguments(__doc__).parse_args()
    encoder = create_encoder(options)
    images, labels = load(f"{options.data}/train.tar", options.images)
    steps = options.steps or round(options.epochs * (len(images) // options.batch))
    report = {"threads": options.threads, "steps": steps}
    if not options.steps:
        test, test_labels = load(f"{options.data}/validation.tar", 0)
        report["untrainedKnn"] = knn(encoder, images, labels, test, test_labels)
    report["loss"], report["viewsPerSecond"] = pretrain(encoder, images, steps, options)
    if not options.steps:
        report["knn"] = knn(encoder, images, labels, test, test_labels)
    print(json.dumps(report))


if __name__ == "__main__":
    main()
