#!/usr/bin/python3
"""PyTorch's side of `deno task bench:quality`: the same protocols as Alike's cards.

Pretrains with SimCLR (see simclr_cifar.py), then judges the frozen encoder by kNN and by a linear
probe on `--images` labels, and with `--labels N` trains on N labels from scratch and from the
pretrained encoder; with `--supervised` trains the same encoder on all labels. Prints one JSON line.

    /usr/bin/python3 bench/pytorch/quality.py --images 10000 --epochs 10 --labels 500
"""
import copy
import json

import torch
import torch.nn as nn
import torch.nn.functional as F

from simclr_cifar import (adam_of, arguments, create_encoder, knn, layout_of, load,
                          pretrain, set_rate)

CLASSES = 10


@torch.no_grad()
def raw_features(encoder, images):
    """h as it is, not scaled to length 1."""
    encoder.eval()
    out = torch.cat([encoder((c.float() / 255 - 0.5) / 0.25) for c in images.split(500)])
    encoder.train()
    return out


def linear_probe(encoder, bank, bank_labels, test, test_labels, decay=1e-4):
    """Multinomial logistic regression on standardised h, to convergence by L-BFGS."""
    x, y = raw_features(encoder, bank), raw_features(encoder, test)
    mean, deviation = x.mean(0), x.std(0).clamp(min=1e-6)
    x, y = (x - mean) / deviation, (y - mean) / deviation
    layer = nn.Linear(x.shape[1], CLASSES)
    nn.init.zeros_(layer.weight)
    lbfgs = torch.optim.LBFGS(layer.parameters(), max_iter=500, line_search_fn="strong_wolfe")

    def closure():
        lbfgs.zero_grad()
        loss = F.cross_entropy(layer(x), bank_labels) + decay / 2 * layer.weight.square().sum()
        loss.backward()
        return loss

    lbfgs.step(closure)
    with torch.no_grad():
        return (layer(y).argmax(1) == test_labels).float().mean().item()


def crop_and_flip(x):
    """Four pixels of padding, a random crop of the old size, a flip: the usual CIFAR augmentation."""
    n, _, side, _ = x.shape
    theta = torch.zeros(n, 2, 3)
    theta[:, 0, 0] = torch.where(torch.rand(n) < 0.5, -1.0, 1.0)
    theta[:, 1, 1] = 1
    theta[:, :, 2] = torch.randint(-4, 5, (n, 2)) * 2 / side
    grid = F.affine_grid(theta, x.shape, align_corners=False)
    return F.grid_sample(x, grid, mode="nearest", align_corners=False)


def train_classifier(encoder, images, labels, test, test_labels, steps, batch, rate, options):
    """All weights on cross entropy; accuracy after the last step."""
    layer = nn.Linear(encoder.dimensions, CLASSES)
    adam = adam_of([*encoder.parameters(), *layer.parameters()], rate, 5e-4)
    order = torch.empty(0, dtype=torch.long)
    for step in range(steps):
        if len(order) < batch:
            order = torch.cat([order, torch.randperm(len(images))])
        index, order = order[:batch], order[batch:]
        set_rate(adam, rate, (step + 0.5) / steps)
        x = (crop_and_flip(images[index].float() / 255) - 0.5) / 0.25
        loss = F.cross_entropy(layer(encoder(x.contiguous(memory_format=layout_of(options)))),
                               labels[index])
        adam.zero_grad()
        loss.backward()
        adam.step()
    with torch.no_grad():
        predicted = layer(raw_features(encoder, test)).argmax(1)
    return (predicted == test_labels).float().mean().item()


def main():
    parser = arguments(__doc__)
    parser.add_argument("--labels", type=int, default=0, help="train on so many labels too")
    parser.add_argument("--label-steps", type=int, default=600)
    parser.add_argument("--supervised", action="store_true")
    options = parser.parse_args()
    encoder = create_encoder(options)
    images, labels = load(f"{options.data}/train.tar", options.images)
    test, test_labels = load(f"{options.data}/validation.tar", 0)
    fresh = copy.deepcopy(encoder)
    bank, bank_labels = images[:10_000], labels[:10_000]
    judge = lambda network: {
        "knn": knn(network, bank, bank_labels, test, test_labels),
        "linear": linear_probe(network, bank, bank_labels, test, test_labels),
    }
    report = {"untrained": judge(encoder)}
    steps = options.steps or round(options.epochs * (len(images) // options.batch))
    report["steps"] = steps
    report["loss"], report["viewsPerSecond"] = pretrain(encoder, images, steps, options)
    report["trained"] = judge(encoder)
    if options.labels:
        chosen = torch.cat([(labels == c).nonzero()[:options.labels // CLASSES, 0]
                            for c in range(CLASSES)])
        few = lambda network: train_classifier(
            copy.deepcopy(network), images[chosen], labels[chosen], test, test_labels,
            options.label_steps, 64, 1e-3, options)
        report["labels"] = {"count": len(chosen), "scratch": few(fresh), "fineTuned": few(encoder)}
    if options.supervised:
        report["supervised"] = train_classifier(
            copy.deepcopy(fresh), images, labels, test, test_labels, steps, options.batch, 2e-3,
            options)
    print(json.dumps(report))


if __name__ == "__main__":
    main()
