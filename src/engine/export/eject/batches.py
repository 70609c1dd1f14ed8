"""In which order a run shows its images, and how processes share them."""
from torch.utils.data import DataLoader, Dataset

from images import augment, normalise, prepare


class Images(Dataset):
    """Images by their place in `samples`, pairs of a path and a label. Each is varied by the random
    numbers of its place, so that it does not matter which process loads it."""

    def __init__(self, samples, preprocessing, strength="off", rng=None):
        self.samples, self.preprocessing = samples, preprocessing
        self.strength, self.rng = strength, rng

    def __len__(self):
        return len(self.samples)

    def __getitem__(self, place):
        path, label = self.samples[place]
        pixels = prepare(path, self.preprocessing)
        if self.strength != "off":
            pixels = augment(pixels, self.strength, self.rng.fork(place))
        return normalise(pixels, self.preprocessing), label


def epoch_batches(count, batch_size):
    """Ranges of places: as few as `batch_size` allows, all as full as each other."""
    batches = -(-count // batch_size)
    starts = [i * count // batches for i in range(batches + 1)]
    return [range(*pair) for pair in zip(starts, starts[1:])]


def rows_of(count, batch_size):
    """Rows that the page computes for every batch; it fills up what is left over."""
    batches = -(-count // batch_size)
    return -(-count // batches)


def share(batch, rank, processes):
    """What one process takes of a batch. One that gets nothing takes the first, which does not count."""
    own = list(batch[rank::processes])
    return own or [batch[0]], bool(own)


def loader(images, batches, workers):
    return DataLoader(images, batch_sampler=batches, num_workers=workers)
