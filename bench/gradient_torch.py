"""The yardstick of gradient.ts: the same models and batch in PyTorch, on one thread.

Reads one line `model batch` from stdin for each gradient to compute, and answers each with the milliseconds it took.
"""
import sys
import time

import torch
from torch import nn

torch.manual_seed(1)
torch.set_num_threads(1)

models = {
    "mlp": nn.Sequential(nn.Flatten(), nn.Linear(784, 100), nn.ReLU(), nn.Linear(100, 10)),
    "cnn": nn.Sequential(
        nn.Conv2d(1, 20, 5),
        nn.MaxPool2d(2),
        nn.ReLU(),
        nn.Conv2d(20, 50, 5),
        nn.MaxPool2d(2),
        nn.ReLU(),
        nn.Flatten(),
        nn.Linear(800, 80),
        nn.ReLU(),
        nn.Linear(80, 10),
    ),
}
loss = nn.CrossEntropyLoss()
print(f"PyTorch {torch.__version__}, one thread", flush=True)

for line in sys.stdin:
    name, batch = line.split()
    model = models[name]
    images = torch.rand(int(batch), 1, 28, 28)
    labels = torch.randint(0, 10, (int(batch),))
    start = time.perf_counter()
    model.zero_grad()
    loss(model(images), labels).backward()
    # One flat vector at the end, as our learner returns it.
    torch.cat([p.grad.reshape(-1) for p in model.parameters()])
    print((time.perf_counter() - start) * 1e3, flush=True)
