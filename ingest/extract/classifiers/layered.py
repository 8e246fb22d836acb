"""What the deep encoder sees in texts, layer by layer, as far as somebody asked: few need all of them."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from kb.language.encoder import Encoder
from kb.language.weights import Floats

Places = npt.NDArray[np.int64]


class Layered:
    """Mean and greatest of each number over a text's tokens after each of some layers (ascending).

    A text that was looked at goes on from the layer it has come to, until `forget` is called.
    """

    def __init__(self, texts: Sequence[str], encoder: Encoder, layers: Sequence[int], width: int) -> None:
        self._texts, self._encoder, self._layers = texts, encoder, layers
        self._rows = np.zeros((len(texts), 2, len(layers), width), np.float32)
        self._reached = np.zeros(len(texts), np.int64)  # how many of the layers
        self._states: dict[int, Floats] = {}

    def seen(self, count: int, places: Places) -> Floats:
        """A row for each of the texts at `places` (2 x count x width): of the first `count` layers."""
        fresh = np.unique(places[self._reached[places] == 0])
        if count == len(self._layers) and len(fresh):
            whole = self._encoder.pooled([self._texts[n] for n in fresh], self._layers)
            self._rows[fresh] = whole.reshape(len(fresh), *self._rows.shape[1:])
            self._reached[fresh] = count
        for number in range(count):
            left = np.unique(places[self._reached[places] == number])
            if len(left):
                self._go_on(left.tolist(), number)
        return self._rows[places, :, :count]

    def forget(self) -> None:
        """Keep what was seen, but not the tokens' states, which are many times as much."""
        self._states.clear()

    def _go_on(self, places: Sequence[int], number: int) -> None:
        """Texts that have come to `number` layers see one more."""
        lost = [place for place in places if place not in self._states]
        begun = self._encoder.begun([self._texts[place] for place in lost])
        after = self._layers[number - 1] if number else 0
        behind = dict(zip(lost, self._encoder.onward(begun, 0, after), strict=True))
        known = [self._states.pop(place) if place in self._states else behind[place] for place in places]
        for place, states in zip(
            places, self._encoder.onward(known, after, self._layers[number]), strict=True
        ):
            self._rows[place, 0, number] = states.mean(axis=0)
            self._rows[place, 1, number] = states.max(axis=0)
            self._reached[place] = number + 1
            if number + 1 < len(self._layers):
                self._states[place] = states
