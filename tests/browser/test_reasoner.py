"""The small model's JavaScript in a browser's worker writes what torch says, from every checkpoint."""

import base64
import json
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
WEIGHTS = ROOT / "src/reasoner/weights"
NAMES = sorted(file.stem for file in WEIGHTS.glob("*.npz"))
TOLERANCE = 5e-4
"""How far a logit may lie from torch's, which golden files give to four decimals."""
WORKER = """
onmessage = async ({ data: { weights, prompts, limit } }) => {
  const file = Uint8Array.from(atob(weights), (one) => one.charCodeAt(0));
  const model = new reasoner.Model(await reasoner.unpack(file));
  const started = performance.now();
  const written = prompts.map((prompt) => [...model.write(prompt, { limit })]);
  const seconds = (performance.now() - started) / 1000;
  const texts = written.map((one) => one.map(({ symbol }) => symbol).join(""));
  postMessage({ texts, seconds, logits: written.map((one) => one.map(({ logits }) => [...logits])) });
};
"""


@pytest.fixture(scope="module")
def ask(chromium):
    """Hands a message to the worker, and returns its answer."""
    bundle = [ROOT / "web/node_modules/.bin/esbuild", ROOT / "web/src/reasoner.ts", "--bundle", "--global-name=reasoner"]
    script = subprocess.run(bundle, capture_output=True, text=True, check=True).stdout + WORKER
    page = chromium.new_page()
    page.evaluate(
        "(script) => { window.worker = new Worker(URL.createObjectURL(new Blob([script], { type: 'text/javascript' }))); }",
        script,
    )

    def ask(message):
        return page.evaluate(
            """(message) => new Promise((resolve, reject) => {
                 worker.onmessage = ({ data }) => resolve(data);
                 worker.onerror = ({ message }) => reject(new Error(message));
                 worker.postMessage(message);
               })""",
            message,
        )

    yield ask
    page.close()


@pytest.mark.parametrize("name", NAMES)
def test_the_model_in_a_worker_writes_what_torch_says(ask, name):
    golden = json.loads((WEIGHTS / f"{name}.json").read_text("utf-8"))
    weights = base64.b64encode((WEIGHTS / f"{name}.npz").read_bytes()).decode()
    found = ask({"weights": weights, "prompts": golden["prompts"], "limit": 260})
    assert found["texts"] == golden["responses"]
    pairs = [
        (logit, other)
        for rows, others in zip(golden["logits"], found["logits"], strict=False)
        for row, other_row in zip(rows, others, strict=True)
        for logit, other in zip(row, other_row, strict=True)
    ]
    assert len(pairs) > 100
    assert max(abs(logit - other) for logit, other in pairs) < TOLERANCE
