"""The model of `reasoner.model` in torch, for training: the same arrays by the same names."""

import io

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from reasoner.model import BASE, EPSILON, HEADS
from reasoner.tasks import SYMBOLS


class Network(nn.Module):
    def __init__(self, seed: int, vocabulary: int = len(SYMBOLS), width: int = 64, layers: int = 3):
        """150,592 weights as it comes. Matrices start at 0.7 / sqrt(inputs), what is added to the stream at half of it."""
        super().__init__()
        dice = torch.Generator().manual_seed(seed)

        def normal(*shape: int, std: float) -> nn.Parameter:
            return nn.Parameter(torch.randn(*shape, generator=dice) * std)

        std = 0.7 / width**0.5
        self.embed = normal(vocabulary, width, std=0.02)
        self.qkv = normal(layers, width, 3 * width, std=std)
        self.out = normal(layers, width, width, std=std / 2)
        self.up = normal(layers, width, 4 * width, std=std)
        self.down = normal(layers, 4 * width, width, std=std / 4)
        self.head = normal(width, vocabulary, std=0.02)
        self.norm1, self.norm2 = nn.Parameter(torch.ones(layers, width)), nn.Parameter(torch.ones(layers, width))
        self.norm = nn.Parameter(torch.ones(width))

    def forward(self, tokens: Tensor) -> Tensor:
        """Logits (B, T, V) after each of the tokens (B, T)."""
        x, rotation = self.embed[tokens], _rotation(tokens.shape[1], self.embed.shape[1] // HEADS)
        for layer in range(len(self.qkv)):
            x = x + self._attend(_normed(x, self.norm1[layer]), layer, rotation)
            x = x + F.relu(_normed(x, self.norm2[layer]) @ self.up[layer]) @ self.down[layer]
        return _normed(x, self.norm) @ self.head

    def _attend(self, x: Tensor, layer: int, rotation: tuple[Tensor, Tensor]) -> Tensor:
        rows, count, width = x.shape
        parts = (x @ self.qkv[layer]).view(rows, count, 3 * HEADS, -1).transpose(1, 2).chunk(3, dim=1)
        mixed = F.scaled_dot_product_attention(
            _rotated(parts[0], *rotation), _rotated(parts[1], *rotation), parts[2], is_causal=True
        )
        return mixed.transpose(1, 2).reshape(rows, count, width) @ self.out[layer]

    def arrays(self) -> dict[str, np.ndarray]:
        return {name: value.detach().numpy().copy() for name, value in self.state_dict().items()}

    def load_arrays(self, arrays: dict[str, np.ndarray]) -> None:
        self.load_state_dict({name: torch.from_numpy(np.asarray(value, np.float32)) for name, value in arrays.items()})


def _normed(x: Tensor, gain: Tensor) -> Tensor:
    return x * torch.rsqrt((x * x).mean(-1, keepdim=True) + EPSILON) * gain


def _rotation(count: int, width: int) -> tuple[Tensor, Tensor]:
    angles = np.arange(count)[:, None] * BASE ** (-np.arange(0, width, 2) / width)
    return torch.from_numpy(np.cos(angles).astype(np.float32)), torch.from_numpy(np.sin(angles).astype(np.float32))


def _rotated(x: Tensor, cosine: Tensor, sine: Tensor) -> Tensor:
    one, other = x.chunk(2, dim=-1)
    return torch.cat([one * cosine - other * sine, other * cosine + one * sine], dim=-1)


def halved(arrays: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    """The weights as they are kept: in 16 bits."""
    return {name: value.astype(np.float16) for name, value in arrays.items()}


def saved(arrays: dict[str, np.ndarray]) -> bytes:
    """The bytes of a checkpoint's file; equal weights give equal bytes."""
    file = io.BytesIO()
    np.savez_compressed(file, **halved(arrays))
    return file.getvalue()
