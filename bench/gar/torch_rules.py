"""The yardstick of bench/gar: each rule in PyTorch, written from its formula with the operations that byzfl uses.

Reads one JSON line {rule, n, d, f, threads, runs} from stdin for each measurement, and answers with one JSON line
{ms, operations}: the median of the runs in milliseconds, or {error} where the rule is not written here.
Inputs are standard normal float32, of this process's own.
"""
import json
import sys
import time

import torch

vectors = None


def average(x, f):
    return x.mean(dim=0)


def median(x, f):
    return x.median(dim=0).values


def quantile(x, f):
    # torch.quantile refuses inputs of 16 million values and more.
    return torch.cat([torch.quantile(part, 0.5, dim=0) for part in x.split(1 << 20, dim=1)])


def trmean(x, f):
    return x.sort(dim=0).values[f : x.shape[0] - f].mean(dim=0)


def nearest_mean(x, centre, keep):
    order = (x - centre).abs().topk(keep, dim=0, largest=False, sorted=False).indices
    return x.gather(0, order).mean(dim=0)


def meamed(x, f):
    return nearest_mean(x, median(x, f), x.shape[0] - f)


def phocas(x, f):
    return nearest_mean(x, trmean(x, f), x.shape[0] - f)


def squared_distances(x):
    x = x.double()
    return torch.cdist(x, x, compute_mode="donot_use_mm_for_euclid_dist") ** 2


def squared_distances_gram(x):
    x = x.double()
    y = x - x[0]
    gram = y @ y.T
    norms = gram.diagonal()
    return norms[:, None] + norms[None, :] - 2 * gram


def krum_scores(x, f):
    distances = squared_distances(x).sort(dim=1).values
    return distances[:, 1 : x.shape[0] - f - 1].sum(dim=1)


def krum(x, f):
    return x[krum_scores(x, f).argmin()]


def multikrum(x, f):
    best = krum_scores(x, f).topk(x.shape[0] - f - 2, largest=False).indices
    return x[best].mean(dim=0)


def nnm(x, f):
    keep = x.shape[0] - f
    neighbours = squared_distances(x).topk(keep, dim=1, largest=False).indices
    return torch.stack([x[row].mean(dim=0) for row in neighbours])


def nnm_trmean(x, f):
    return trmean(nnm(x, f), f)


def geomed(x, f):
    z = median(x, f)
    for _ in range(8):
        weights = 1 / (x - z).norm(dim=1).clamp(min=1e-6)
        z = (weights[:, None] * x).sum(dim=0) / weights.sum()
    return z


def centeredclipping(x, f):
    v = torch.zeros_like(x[0])
    for _ in range(1):
        apart = x - v
        v = v + (apart * (1 / apart.norm(dim=1)).clamp(max=1)[:, None]).mean(dim=0)
    return v


def cge(x, f):
    return x[x.norm(dim=1).topk(x.shape[0] - f, largest=False).indices].mean(dim=0)


def monna(x, f):
    return x[(x - x[0]).norm(dim=1).topk(x.shape[0] - f, largest=False).indices].mean(dim=0)


rules = {
    "average": (average, "mean"),
    "median": (median, "median (the lower of two middles)"),
    "median (byzfl)": (quantile, "quantile(0.5)"),
    "trmean": (trmean, "sort, mean"),
    "meamed": (meamed, "median, topk, gather, mean"),
    "phocas": (phocas, "sort, topk, gather, mean"),
    "squared distances": (lambda x, f: squared_distances(x), "double, cdist by differences"),
    "squared distances (float64 given)": (lambda x, f: squared_distances(x), "cdist by differences"),
    "squared distances (Gram, float64 given)": (lambda x, f: squared_distances_gram(x), "x @ x.T, a row subtracted first"),
    "krum": (krum, "cdist in float64, sort"),
    "multikrum": (multikrum, "cdist in float64, sort, topk, mean"),
    "nnm>trmean": (nnm_trmean, "cdist in float64, topk, mean, sort, mean"),
    "geomed": (geomed, "median, then 8 times norm and weighted sum"),
    "centeredclipping": (centeredclipping, "norm, mean"),
    "cge": (cge, "norm, topk, mean"),
    "monna": (monna, "norm, topk, mean"),
}

print(json.dumps({"version": torch.__version__}), flush=True)
for line in sys.stdin:
    task = json.loads(line)
    if task["rule"] not in rules:
        print(json.dumps({"error": "not written here"}), flush=True)
        continue
    n, d = task["n"], task["d"]
    dtype = torch.float64 if "float64 given" in task["rule"] else torch.float32
    if vectors is None or tuple(vectors.shape) != (n, d) or vectors.dtype != dtype:
        vectors = None
        vectors = torch.randn(n, d).to(dtype)
    torch.set_num_threads(task["threads"])
    rule, operations = rules[task["rule"]]
    times = []
    # The first is not counted.
    for _ in range(task["runs"] + 1):
        start = time.perf_counter()
        rule(vectors, task["f"])
        times.append((time.perf_counter() - start) * 1e3)
    print(json.dumps({"ms": sorted(times[1:])[(len(times) - 1) // 2], "operations": operations}), flush=True)
