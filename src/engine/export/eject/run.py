"""Training as SAN Studio trains: the same steps, rates, batches and choice of the best epoch."""
from __future__ import annotations

import math

import torch
import torch.distributed as dist
import torch.nn.functional as F
from torch.nn.parallel import DistributedDataParallel

from batches import Images, epoch_batches, loader, rows_of, share
from rng import Rng


class Run:
    def __init__(self, adapted, split, settings, preprocessing, device, workers):
        """`settings` are those of run.json's "training"; `split` has (path, label) pairs."""
        self.adapted, self.split, self.settings = adapted, split, settings
        self.preprocessing, self.device, self.workers = preprocessing, device, workers
        self.rank, self.processes = (
            (dist.get_rank(), dist.get_world_size()) if dist.is_initialized() else (0, 1)
        )
        torch.manual_seed(settings["seed"] + self.rank)  # for dropout, which the page draws otherwise
        parallel = self.processes > 1
        self.model = DistributedDataParallel(adapted.model) if parallel else adapted.model
        self.parameters = list(adapted.trainable().values())
        self.optimizer = torch.optim.AdamW(
            self.parameters, betas=(0.9, 0.999), eps=1e-8, weight_decay=settings["weightDecay"]
        )
        count = len(epoch_batches(len(split["train"]), settings["batchSize"]))
        self.total_steps = settings["epochs"] * math.ceil(count / settings["accumulation"])
        self.record = {"steps": [], "epochs": [], "bestEpoch": 0, "bestValidationAccuracy": 0}

    def complete(self):
        """Trains, and leaves the best epoch's values in the model."""
        best, best_values = None, None
        for epoch in range(1, self.settings["epochs"] + 1):
            trained = self.train_epoch(epoch)
            loss, accuracy = self.validate()
            self.tell(epoch, trained, (loss, accuracy))
            if best is None or (accuracy, -loss) > best:
                best, best_epoch = (accuracy, -loss), epoch
                values = self.adapted.trainable().items()
                best_values = {name: value.detach().clone() for name, value in values}
            if 0 < self.settings["patience"] <= epoch - best_epoch:
                break
        if best_values:
            self.adapted.load(best_values)
            self.record.update(bestEpoch=best_epoch, bestValidationAccuracy=best[0])

    def train_epoch(self, epoch):
        """(loss, accuracy) over the epoch's images."""
        seed, samples = self.settings["seed"], list(self.split["train"])
        Rng(seed, "order").fork(epoch).shuffle(samples)
        varied = Rng(seed, "augmentation").fork(epoch)
        images = Images(samples, self.preprocessing, self.settings["augmentation"], varied)
        batches = epoch_batches(len(samples), self.settings["batchSize"])
        shares = [share(batch, self.rank, self.processes) for batch in batches]
        loaded = iter(loader(images, [places for places, _ in shares], self.workers))
        each, sums = self.settings["accumulation"], torch.zeros(2, device=self.device)
        for at in range(0, len(batches), each):
            counted = [counts for _, counts in shares[at : at + each]]
            sums += self.step(loaded, counted, sum(map(len, batches[at : at + each])))
        return (sums / len(samples)).tolist()

    def step(self, loaded, counted, images):
        """One step over as many batches as `counted` has entries, `images` in all. Returns the sums of
        their losses and hits."""
        rate = self.learning_rate()
        for group in self.optimizer.param_groups:
            group["lr"] = rate
        self.optimizer.zero_grad(set_to_none=True)
        sums = torch.zeros(2, device=self.device)  # of losses and hits
        rows = rows_of(len(self.split["train"]), self.settings["batchSize"])
        for counts in counted:
            logits, labels = self.forward(next(loaded))
            smoothing = self.settings["labelSmoothing"]
            loss = counts * F.cross_entropy(logits, labels, reduction="sum", label_smoothing=smoothing)
            # Gradients are averaged over processes; the loss is a mean over the batch of all of them.
            (loss * self.processes / rows / len(counted)).backward()
            hits = counts * (logits.argmax(-1) == labels).sum()
            sums += torch.stack([loss.detach(), hits])
        norm = torch.nn.utils.clip_grad_norm_(self.parameters, math.inf)  # measures, cuts nothing
        self.optimizer.step()
        sums = self.over_processes(sums)
        loss, accuracy = (sums / images).tolist()
        if not (math.isfinite(loss) and math.isfinite(norm)):
            raise ValueError(f"The loss must stay a finite number; it was {loss}.")
        step = {"step": len(self.record["steps"]) + 1, "loss": loss, "accuracy": accuracy}
        self.record["steps"].append({**step, "learningRate": rate, "gradientNorm": norm.item()})
        return sums

    def learning_rate(self):
        """Linear warm-up from a tenth of the peak, then cosine decay towards zero."""
        step, peak = len(self.record["steps"]), self.settings["learningRate"]
        warmup = math.floor(self.total_steps * self.settings["warmup"] + 0.5)
        if step < warmup:
            return peak * (0.1 + 0.9 * step / warmup)
        progress = (step - warmup) / max(1, self.total_steps - warmup)
        return peak * 0.5 * (1 + math.cos(math.pi * min(progress, 1)))

    @torch.no_grad()
    def validate(self):
        """(loss, accuracy) on the validation images."""
        samples = self.split["validation"]
        places = range(len(samples))[self.rank :: self.processes]
        size = self.settings["batchSize"]
        batches = [list(places[at : at + size]) for at in range(0, len(places), size)]
        sums = torch.zeros(2, device=self.device)
        for batch in loader(Images(samples, self.preprocessing), batches, self.workers):
            logits, labels = self.forward(batch, self.adapted.model)
            loss = F.cross_entropy(logits, labels, reduction="sum")
            sums += torch.stack([loss, (logits.argmax(-1) == labels).sum()])
        return (self.over_processes(sums) / len(samples)).tolist()

    def forward(self, batch, model=None):
        images, labels = (part.to(self.device) for part in batch)
        return (model or self.model)(images), labels

    def over_processes(self, sums):
        if self.processes > 1:
            dist.all_reduce(sums)
        return sums

    def tell(self, epoch, trained, judged):
        values = {"trainLoss": trained[0], "trainAccuracy": trained[1]}
        values.update(validationLoss=judged[0], validationAccuracy=judged[1])
        self.record["epochs"].append({"epoch": epoch, "step": len(self.record["steps"]), **values})
        if self.rank == 0:
            losses = f"training loss {trained[0]:.4f}, validation loss {judged[0]:.4f}"
            print(f"epoch {epoch}: {losses}, accuracy {judged[1]:.1%}", flush=True)
