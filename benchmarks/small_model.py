"""How fast the small model writes, printed as Markdown: `python benchmarks/small_model.py`.

CPU time of one process on one thread, five-digit products that the model was not trained on, greedy. The engines take turns,
so that a machine that slows down slows them all; only symbols of responses count.
"""

from __future__ import annotations

import importlib.util
import json
import os
import random
import statistics
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path

os.environ["OMP_NUM_THREADS"] = os.environ["OPENBLAS_NUM_THREADS"] = "1"  # before NumPy is imported, in the functions

ROOT = Path(__file__).parents[1]
CHECKPOINT = ROOT / "src/reasoner/weights/traced_1.npz"
RUNS, BATCH, FEW, LIMIT = 5, 128, 16, 80

NODE = """
import { readFileSync } from "node:fs";
import { createInterface } from "node:readline";
import { build } from "esbuild";
const { outputFiles } = await build({ entryPoints: ["src/reasoner.ts"], format: "esm", write: false });
const { Model, unpack } = await import("data:text/javascript;base64," + Buffer.from(outputFiles[0].contents).toString("base64"));
const model = new Model(await unpack(new Uint8Array(readFileSync(process.argv[1]))));
for await (const line of createInterface({ input: process.stdin })) {
  const before = process.cpuUsage();
  const texts = JSON.parse(line).map((prompt) => [...model.write(prompt, { limit: 80 })].map(({ symbol }) => symbol).join(""));
  const { user, system } = process.cpuUsage(before);
  console.log(JSON.stringify([texts, (user + system) / 1e6]));
}
"""

Engine = Callable[[list[str]], tuple[list[str], float]]
"""Prompts in; what is written after each, and the CPU-seconds that it took."""


def timed(write: Callable[[list[str]], list[str]]) -> Engine:
    def engine(prompts):
        began = time.process_time()
        return write(prompts), time.process_time() - began

    return engine


def numpy_alone_and_batched() -> tuple[Engine, Engine]:
    from reasoner.model import Model, generate

    model = Model.load(CHECKPOINT)
    alone = timed(lambda prompts: [generate(model, [prompt], LIMIT)[0].text for prompt in prompts])
    return alone, timed(lambda prompts: [one.text for one in generate(model, prompts, LIMIT)])


def torch_batched() -> Engine:
    import numpy as np
    import torch

    from reasoner.tasks import decode, encode
    from reasoner.train.network import Network

    torch.set_num_threads(1)
    network = Network(0)
    with np.load(CHECKPOINT) as arrays:
        network.load_arrays(dict(arrays))

    @torch.no_grad()
    def write(prompts):
        """Reads everything again for each symbol, as golden files are made."""
        tokens = torch.tensor([encode(prompt) for prompt in prompts])
        start = tokens.shape[1]
        while tokens.shape[1] < start + LIMIT and not (tokens[:, start:] == 0).any(1).all():
            tokens = torch.cat([tokens, network(tokens)[:, -1].argmax(-1, keepdim=True)], 1)
        return [decode(row).partition("\n")[0] + "\n" for row in tokens[:, start:].tolist()]

    return timed(write)


def node(process: subprocess.Popen[str]) -> Engine:
    def engine(prompts):
        process.stdin.write(json.dumps(prompts) + "\n")
        process.stdin.flush()
        return json.loads(process.stdout.readline())

    return engine


def rates(engines: dict[str, tuple[Engine, list[str]]]) -> dict[str, list[float]]:
    """Symbols per CPU-second of each engine in each round but the first, which warms up."""
    found: dict[str, list[float]] = {name: [] for name in engines}
    written: dict[str, str] = {}
    for _ in range(RUNS + 1):
        for name, (engine, prompts) in engines.items():
            texts, seconds = engine(prompts)
            assert all(written.setdefault(prompt, text) == text for prompt, text in zip(prompts, texts, strict=True)), name
            found[name].append(sum(map(len, texts)) / seconds)
    return {name: each[1:] for name, each in found.items()}


def table(found: dict[str, list[float]]) -> Iterator[str]:
    yield "| | symbols per CPU-second, median | against the first, median | least | most |"
    yield "|---|---|---|---|---|"
    first = next(iter(found.values()))
    for name, each in found.items():
        ratios = [one / other for one, other in zip(each, first, strict=True)]
        cells = [f"{statistics.median(each):,.0f}", *(f"{of(ratios):.2f}" for of in (statistics.median, min, max))]
        yield f"| {name} | {' | '.join(cells)} |"


def main() -> None:
    from reasoner.tasks import draw, single

    dice = random.Random(1)
    prompts = [draw(dice, single, 5, held=True).prompt for _ in range(BATCH)]
    alone, batched = numpy_alone_and_batched()
    command = ["node", "--input-type=module", "-e", NODE, str(CHECKPOINT)]
    with subprocess.Popen(
        command, cwd=ROOT / "web", stdin=subprocess.PIPE, stdout=subprocess.PIPE, encoding="utf-8"
    ) as process:
        engines = {
            "NumPy, one at a time": (alone, prompts[:FEW]),
            f"NumPy, {BATCH} side by side": (batched, prompts),
            "JavaScript in Node, one at a time": (node(process), prompts[:FEW]),
        }
        if importlib.util.find_spec("torch"):
            engines[f"torch, {BATCH} side by side, no cache"] = (torch_batched(), prompts)
        found = rates(engines)
        process.stdin.close()
    print(f"## The small model\n\nFive-digit traces of `{CHECKPOINT.stem}`, {RUNS} rounds; all engines wrote the same.\n")
    print("\n".join(table(found)))


if __name__ == "__main__":
    main()
