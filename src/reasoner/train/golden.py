"""What torch says that a checkpoint writes: other runtimes are held to it, symbol by symbol."""

import numpy as np
import torch

from reasoner.tasks import END, decode, encode
from reasoner.train.network import Network, halved

SHOWN = 2
"""Prompts whose logits are kept; of the others the text is."""


@torch.no_grad()
def golden(arrays: dict[str, np.ndarray], prompts: list[str], limit: int = 260) -> dict:
    """The greedy response to each prompt, from the weights as they are kept; of the first ones also the logits after every
    symbol from the end of the prompt, rounded to four decimals."""
    network = Network(0, vocabulary=len(arrays["embed"]))
    network.load_arrays(halved(arrays))
    written = [_greedy(network, prompt, limit) for prompt in prompts]
    logits = []
    for prompt, text in list(zip(prompts, written, strict=True))[:SHOWN]:
        after = network(torch.tensor([encode(prompt + text)]))[0, len(prompt) - 1 : -1]
        logits.append([[round(value, 4) for value in row] for row in after.tolist()])
    return {"prompts": prompts, "responses": written, "logits": logits}


def _greedy(network: Network, prompt: str, limit: int) -> str:
    codes = encode(prompt)
    for _ in range(limit):
        codes.append(int(network(torch.tensor([codes]))[0, -1].argmax()))
        if codes[-1] == END:
            break
    return decode(codes[len(prompt) :])
