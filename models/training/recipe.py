"""How a model is trained: everything that a run depends on, and where a finished run keeps what."""

import hashlib
import json
import re
from importlib.metadata import version
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_serializer, model_validator
from safetensors import safe_open

from models.labels import Label
from models.preprocess import Preprocessing
from models.training.checkpoint import write_durably
from models.training.dataset import DataKind, Table, UncertainAs, read_tables

CONFIG, LAST, BEST, CURVES, PICTURE, SKIPPED = (
    "config.json",
    "last.pt",
    "best.safetensors",
    "curves.csv",
    "curves.png",
    "skipped.txt",
)
_STAGE = re.compile(r"(\d+)x(\d+)(?:/(\d+))?")
_PACKAGES = ("diafan", "numpy", "pillow", "torch", "torchvision")
_STAGES = {"nih": ("18x64/32", "14x96/32", "12x128/16"), "chexpert": ("3x224/32", "1x224/16")}

Share = Annotated[float, Field(ge=0, le=1)]


class RunRefused(ValueError):
    """A run folder or weights do not fit what was asked; says what differs. Raised before any training."""


class Stage(BaseModel):
    """``epochs`` passes at ``input_px`` with the last block dilated or not: written EPOCHSxPX or EPOCHSxPX/STRIDE."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    epochs: int = Field(ge=1)
    input_px: int = Field(ge=32)
    output_stride: Literal[16, 32] = 32

    @model_validator(mode="before")
    @classmethod
    def _from_text(cls, value: Any) -> Any:
        if not isinstance(value, str):
            return value
        if not (found := _STAGE.fullmatch(value)):
            raise ValueError(f"{value!r} is no stage: write EPOCHSxPX or EPOCHSxPX/STRIDE, like 12x128/32")
        return {"epochs": int(found[1]), "input_px": int(found[2]), "output_stride": int(found[3] or 32)}

    @model_serializer
    def __str__(self) -> str:
        return f"{self.epochs}x{self.input_px}/{self.output_stride}"


class TrainConfig(BaseModel):
    """One training, and nothing else decides its outcome on a given machine and number of processes.

    ``uncertain`` (which holds in "train" alone), ``blanks`` and how ``seed`` splits are as in `dataset.read_tables`. All
    images are reduced to ``detail_px`` (or to the largest stage's input), so that resolution cannot tell the source.
    ``batch`` is that of one process. ``degrade`` and
    ``mixup`` are probabilities, of an image and of a batch (Zhang 2018). ``ema_decay`` averages weights over steps. ``precision``
    "auto" is mixed on a GPU, and fp32 on a processor. ``init`` is a safetensors state dict to start from. The reduced
    images are kept on disk for later epochs where they fit into ``cache_gb``; ``checkpoint_steps`` is what a kill can cost.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    data: DataKind
    folder: Path
    uncertain: UncertainAs | dict[Label, UncertainAs] = "ignore"
    blanks: Literal["zeros", "ignore"] = "zeros"
    frontal_only: bool = True
    seed: int = Field(0, ge=0)
    stages: tuple[Stage, ...] = Field(
        min_length=1, validate_default=True, default_factory=lambda given: _STAGES.get(given.get("data", ""), ())
    )
    detail_px: int | None = Field(None, ge=32)
    init: Path | None = None
    batch: int = Field(32, ge=2)
    learning_rate: float = Field(6e-4, gt=0)
    weight_decay: float = Field(0.05, ge=0)
    warm_up: Share = 0.2
    ema_decay: float = Field(0.99, ge=0, lt=1)
    mixup: Share = 0.5
    mixup_alpha: float = Field(0.4, gt=0)
    degrade: Share = 0.5
    least_positives: int = Field(5, ge=1)
    precision: Literal["auto", "fp32", "bf16", "fp16"] = "auto"
    workers: int | None = Field(None, ge=0)
    cache_gb: float = Field(8.0, ge=0)
    checkpoint_steps: int = Field(500, ge=1)

    @property
    def grid_px(self) -> int:
        """The side that every image is reduced to before anything else."""
        return self.detail_px or max(stage.input_px for stage in self.stages)

    @property
    def schedule(self) -> list[Stage]:
        """The stage of each epoch."""
        return [stage for stage in self.stages for _ in range(stage.epochs)]

    @property
    def first_epochs(self) -> list[int]:
        """The first epoch of each stage, counted from 0."""
        return [sum(before.epochs for before in self.stages[:i]) for i in range(len(self.stages))]

    def tables(self) -> dict[str, Table]:
        """Return the tables that this trains on; raises DataRefused."""
        return read_tables(
            self.data,
            self.folder,
            uncertain=self.uncertain,
            blanks=self.blanks,
            frontal_only=self.frontal_only,
            seed=self.seed,
        )


class Run(BaseModel):
    """What training left: its ``config`` and its best ``weights``, and how they want their images.

    They are of ``epoch``, and so many epochs have ``ended``: None where that is not on record.
    """

    model_config = ConfigDict(frozen=True)

    config: TrainConfig
    weights: Path
    epoch: int | None
    ended: int | None
    preprocessing: Preprocessing
    output_stride: Literal[16, 32]

    @classmethod
    def read(cls, folder: Path) -> Self:
        """Read a run folder; raises RunRefused where it holds no best weights yet."""
        if not (folder / CONFIG).is_file() or not (folder / BEST).is_file():
            raise RunRefused(f"{folder} has no {BEST}: train until at least one epoch has ended")
        config = TrainConfig.model_validate(json.loads((folder / CONFIG).read_text(encoding="utf-8"))["config"])
        with safe_open(folder / BEST, "pt") as file:
            about = file.metadata()
        stage, curves = Stage.model_validate(about["stage"]), folder / CURVES
        return cls(
            config=config,
            weights=folder / BEST,
            epoch=int(about["epoch"]) if "epoch" in about else None,
            ended=len(curves.read_text(encoding="utf-8").splitlines()) - 1 if curves.exists() else None,
            preprocessing=Preprocessing(input_px=stage.input_px, detail_px=config.grid_px),
            output_stride=stage.output_stride,
        )


def store(config: BaseModel, out: Path, processes: int) -> None:
    """Write ``config`` and the versions it ran with; raises RunRefused where ``out`` holds a run of another one."""
    given: Path | None = getattr(config, "init", None)
    init = hashlib.sha256(given.read_bytes()).hexdigest() if given else None
    asked: dict[str, Any] = {"config": config.model_dump(mode="json"), "processes": processes, "init_sha256": init}
    if (out / CONFIG).exists():
        held = json.loads((out / CONFIG).read_text(encoding="utf-8"))
        was, now = held | held["config"], asked | asked["config"]
        differing = [
            f"{key} was {was.get(key)!r} and is {now[key]!r}"
            for key in now
            if key != "config" and was.get(key) != now[key]
        ]
        if differing:
            raise RunRefused(
                f"{out} holds a run of another configuration: {'; '.join(differing)}. Go on with the same, or choose "
                "another folder"
            )
        return
    asked["versions"] = {package: version(package) for package in _PACKAGES}
    text = json.dumps(asked, indent=1) + "\n"
    write_durably(out / CONFIG, lambda file: file.write(text.encode()))
