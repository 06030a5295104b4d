"""``diafan model``: train, evaluate, check, describe, import and choose models. Only `use` needs the database."""

import tempfile
import tomllib
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from pydantic import TypeAdapter, ValidationError
from rich.markup import escape
from rich.table import Table

from models import importing
from models.labels import LABELS
from models.library import Library, LocalModel, read_model
from models.library import verify as verify_model
from models.preprocess import Preprocessing, Scaling
from models.registry import MANIFEST, NAME_AND_VERSION, ModelRefused, Tier
from service import app as root
from service.terminal import FAILED, MISUSED, OPERATOR, assembled, err, mendable, out, read_settings

if TYPE_CHECKING:
    from models.training.dataset import DataKind
    from service.settings import Settings

app = typer.Typer(help="Models: train, judge, describe, import, choose.", no_args_is_help=True)

Data = Annotated[
    tuple[str, Path], typer.Option(help="Kind of data set (chexpert or nih) and its folder.", metavar="KIND DIR")
]
Named = Annotated[str, typer.Argument(help="`bundled`, a name, `name:version`, or the start of a digest.")]


@app.command()
def train(
    data: Data,
    out_folder: Annotated[Path, typer.Option("--out", help="Run folder; one that was begun is gone on with.")],
    config: Annotated[
        Path | None, typer.Option(exists=True, dir_okay=False, help="TOML file with the rest of the recipe.")
    ] = None,
    stage: Annotated[
        list[str] | None, typer.Option(help="EPOCHSxPX or EPOCHSxPX/STRIDE, like 12x128/32; may be repeated.")
    ] = None,
    uncertain: Annotated[
        list[str] | None,
        typer.Option(
            help="ignore, zeros or ones: what -1 is taken for in training; or LABEL=ones, which may be repeated."
        ),
    ] = None,
    init: Annotated[Path | None, typer.Option(exists=True, help="Safetensors weights to start from.")] = None,
    batch: Annotated[int | None, typer.Option(min=2)] = None,
    seed: Annotated[int | None, typer.Option(min=0)] = None,
) -> None:
    """Train a ResNet50. Killed and started again with the same words, it goes on where it was."""
    from models.training.dataset import DataRefused  # noqa: PLC0415 - brings torch, and --help needs none
    from models.training.recipe import RunRefused, TrainConfig  # noqa: PLC0415
    from models.training.train import train as run  # noqa: PLC0415

    given: dict[str, Any] = {
        "data": _kind(data[0]),
        "folder": data[1],
        "stages": stage,
        "init": init,
        "batch": batch,
        "seed": seed,
    }
    given["uncertain"] = _policy(uncertain)
    with mendable(tomllib.TOMLDecodeError, UnicodeDecodeError):
        recipe = tomllib.loads(config.read_text(encoding="utf-8")) if config else {}
    try:
        chosen = TrainConfig.model_validate(recipe | {key: value for key, value in given.items() if value is not None})
    except ValidationError as error:
        raise _misused(error) from None
    with mendable(DataRefused, RunRefused, FloatingPointError, OSError):
        run(chosen, out_folder, progress=True)
    out.print(
        f"next: diafan model evaluate {escape(str(out_folder))} --data {data[0]} {escape(str(data[1]))} --name NAME --version VERSION"
    )


@app.command()
def pretrain(
    data: Data,
    out_folder: Annotated[Path, typer.Option("--out", help="Run folder; one that was begun is gone on with.")],
    epochs: Annotated[int, typer.Option(min=1)] = 30,
    input_px: Annotated[int, typer.Option("--px", min=32, help="Side of the network's input.")] = 64,
    batch: Annotated[int, typer.Option(min=2)] = 64,
    seed: Annotated[int, typer.Option(min=0)] = 0,
) -> None:
    """Learn from images alone, without labels: where there are few of them, `train --init` starts better from here."""
    from models.training.dataset import DataRefused  # noqa: PLC0415 - brings torch, and --help needs none
    from models.training.pretrain import PretrainConfig  # noqa: PLC0415
    from models.training.pretrain import pretrain as run  # noqa: PLC0415
    from models.training.recipe import RunRefused  # noqa: PLC0415

    config = PretrainConfig(
        data=_kind(data[0]), folder=data[1], epochs=epochs, input_px=input_px, batch=batch, seed=seed
    )
    with mendable(DataRefused, RunRefused, FloatingPointError, OSError):
        weights = run(config, out_folder, progress=True)
    out.print(
        f"next: diafan model train --data {data[0]} {escape(str(data[1]))} --init {escape(str(weights))} --out RUN"
    )


@app.command()
def evaluate(
    source: Annotated[str, typer.Argument(help="A run folder of `train`, or a local model.")],
    data: Data,
    version: Annotated[str, typer.Option(help="Version of the evaluated model.")],
    name: Annotated[str | None, typer.Option(help="Its name; needed for a run folder.")] = None,
    out_folder: Annotated[
        Path | None, typer.Option("--out", help="Model folder. Default: among the local models.")
    ] = None,
    engine: Annotated[
        str, typer.Option(help="What runs the network: calibration and thresholds are made for it.")
    ] = "torch",
) -> None:
    """Measure a model beside its shortcuts, calibrate it, and say for which labels it may speak: makes a model folder with its card."""
    from models.training.dataset import DataRefused  # noqa: PLC0415 - brings torch, and --help needs none
    from models.training.evaluate import evaluate as evaluate_run  # noqa: PLC0415
    from models.training.evaluate import evaluate_model  # noqa: PLC0415
    from models.training.recipe import CONFIG, Run, RunRefused  # noqa: PLC0415

    library, kind = _library(), _kind(data[0])
    with mendable(ModelRefused, DataRefused, RunRefused, OSError), tempfile.TemporaryDirectory() as aside:
        folder = out_folder or Path(aside) / "model"
        if (Path(source) / CONFIG).exists():
            if name is None:
                raise typer.BadParameter("a run has no name yet: give --name")
            if (learned := Run.read(Path(source)).config.data) != kind:
                raise typer.BadParameter(f"{source} learned from {learned} data, and its splits are of those")
            _expect_free(library, name, version, out_folder)
            evaluate_run(Path(source), data[1], folder, name=name, version=version, engine=engine)
        else:
            evaluated = _model(library, source)
            _expect_free(library, evaluated.identity.name, version, out_folder)
            evaluate_model(evaluated.folder, data[1], folder, kind=kind, version=version, engine=engine)
        model = read_model(folder) if out_folder else library.add(folder)
    out.print(_told(model))
    called = escape(str(out_folder)) if out_folder else model.title
    out.print(f"next: diafan model explain-check {called} --data {escape(str(data[1]))}")
    if out_folder:
        out.print(f"then: diafan model import {called}")
    out.print(f"then: diafan model use {model.title}")


@app.command("explain-check")
def explain_check(
    model: Named,
    data: Annotated[
        Path, typer.Option(exists=True, file_okay=False, help="Folder of the data set that it was evaluated on.")
    ],
    boxes: Annotated[
        Path | None,
        typer.Option(
            exists=True,
            help="CSV of radiologists' boxes: chexpert_label, file, x, y, w, h and, for other data than NIH's, image_width and "
            "image_height. Default: boxes.csv of the data folder, if it has one.",
        ),
    ] = None,
    limit: Annotated[int | None, typer.Option(min=1, help="At most so many images.")] = None,
) -> None:
    """Measure how far a model's explanations can be trusted, and write the report beside the model and into its card."""
    from models.training.card import render_cards  # noqa: PLC0415 - brings scikit-learn
    from models.training.dataset import DataRefused  # noqa: PLC0415 - brings torch, and --help needs none
    from models.training.explain_check import explain_check as check  # noqa: PLC0415

    with mendable(ModelRefused, DataRefused, OSError):
        found = _model(_library(), model)
        check(found.folder, data, boxes=boxes, limit=limit)
        if found.is_evaluated:
            render_cards(found.folder)
    out.print(f"report: {escape(str(found.folder / 'faithfulness.md'))}")


@app.command()
def card(model: Named) -> None:
    """Write the model's card, from its evaluation and nothing else."""
    from models.training.card import NotEvaluated, render_cards  # noqa: PLC0415 - brings scikit-learn

    with mendable(ModelRefused, NotEvaluated, OSError):
        folder = _model(_library(), model).folder
        render_cards(folder)
    out.print(f"{escape(str(folder / 'card.md'))}\n{escape(str(folder / 'card.html'))}")


@app.command("list")
def list_models() -> None:
    """Show the models on this machine, what each may speak on, and which one answers."""
    settings = read_settings()
    library = root.library_of(settings)
    answering = _answering(settings)
    table = Table()
    for heading in ("model", "digest", "labels", "evaluated", "in use", "folder"):
        table.add_column(heading, overflow="fold")  # a name or digest that is cut short is of no use
    for folder in library.folders():
        try:
            model = read_model(folder)
        except ModelRefused as error:
            table.add_row(escape(folder.name), "", f"[red]{escape(str(error))}[/]", "", "", escape(str(folder)))
            continue
        in_use = "?" if answering is None else "yes" if answering == model.identity.digest else ""
        evaluated = "yes" if model.is_evaluated else "no"
        table.add_row(model.title, model.identity.digest[:12], _tiers(model), evaluated, in_use, escape(str(folder)))
    out.print(table)
    if answering is None:
        err.print("[yellow]the database does not answer: which model is in use is not known[/]")


@app.command("import")
def import_model(
    source: Annotated[
        str, typer.Argument(help=f"A .safetensors, .pt or .pth file, a model folder, or {importing.XRV_RESNET50}.")
    ],
    name: Annotated[str | None, typer.Option(help="Default: the file's name.")] = None,
    version: Annotated[str, typer.Option()] = "1",
    labels: Annotated[
        Path | None,
        typer.Option(exists=True, dir_okay=False, help="Names of the network's outputs in their order, one a line."),
    ] = None,
    like: Annotated[str | None, typer.Option(help=f"Labels and preprocessing of {importing.XRV_RESNET50}.")] = None,
    input_px: Annotated[int, typer.Option(min=32, help="Side of the network's input.")] = 224,
    channels: Annotated[int, typer.Option(help="1 or 3.")] = 3,
    scaling: Annotated[Scaling, typer.Option(help="How grey values were scaled in training.")] = Scaling.IMAGENET,
) -> None:
    """Take in another group's ResNet50. What it says stays exploratory until it was evaluated here."""
    library = _library()
    with mendable(ModelRefused, OSError), tempfile.TemporaryDirectory() as aside:
        if (Path(source) / MANIFEST).exists():
            out.print(_told(library.add(Path(source))))
            return
        is_xrv = importing.XRV_RESNET50 in {source, like}
        if labels is None and not is_xrv:
            raise typer.BadParameter(
                "a state dict does not say what its outputs mean: give --labels FILE, one name a line"
            )
        names = labels.read_text(encoding="utf-8").splitlines() if labels else importing.XRV_LABELS
        file = importing.fetch_xrv() if source == importing.XRV_RESNET50 else Path(source)
        try:
            asked = {"input_px": input_px, "channels": channels, "scaling": scaling}
            importing.import_resnet50(
                file,
                names,
                Path(aside) / "model",
                name=name or (f"torchxrayvision-{importing.XRV_RESNET50}" if is_xrv else file.stem),
                version=version,
                preprocessing=importing.XRV_PREPROCESSING
                if is_xrv
                else TypeAdapter(Preprocessing).validate_python(asked),
            )
        except ValidationError as error:
            raise _misused(error) from None
        model = library.add(Path(aside) / "model")
    speaking = importing.outputs_of(names)
    out.print(_told(model))
    for label, index in speaking.items():
        out.print(f"  {label} is output {index} ({escape(names[index])})")
    unused = [n for i, n in enumerate(names) if n and i not in speaking.values()]
    out.print(f"  no label here for: {escape(', '.join(unused) or 'none')}")
    out.print(f"next: diafan model evaluate {model.title} --data KIND DIR --version VERSION")


@app.command()
def use(model: Named) -> None:
    """Have a model answer from now on. Workers change to it with their next image; no work is lost."""
    with assembled() as diafan:
        chosen = diafan.library.find(model)
        changed = diafan.model_in_use.choose(chosen, OPERATOR)
        out.print(f"{_told(chosen)}\n{'in use from the next image on' if changed else 'it was in use already'}")


@app.command()
def verify(models: Annotated[list[str] | None, typer.Argument(help="Default: all of them.")] = None) -> None:
    """Recompute the digests of weights, manifests, cards and evaluations; exit 1 where one is not as promised."""
    library, bad = _library(), 0
    with mendable(ModelRefused):
        folders = [_model(library, m).folder for m in models] if models else library.folders()
    for folder in folders:
        try:
            model = read_model(folder)
            verify_model(model)
        except ModelRefused as error:
            bad += 1
            err.print(f"[red]{escape(str(error))}[/]")
        else:
            out.print(f"[green]good[/]: {model.title}, SHA-256 {model.identity.digest}")
    if bad:
        raise typer.Exit(FAILED)


def _library() -> Library:
    return root.library_of(read_settings())


def _model(library: Library, text: str) -> LocalModel:
    """Return the model that a person means, by a folder or by what the library calls it."""
    return read_model(Path(text)) if (Path(text) / MANIFEST).exists() else library.find(text)


def _expect_free(library: Library, name: str, version: str, out_folder: Path | None) -> None:
    """Refuse a name and version that are taken, or cannot be, before hours of work, and not after them."""
    try:
        NAME_AND_VERSION.validate_python((name, version))
    except ValidationError:
        raise typer.BadParameter(
            f"{name!r} and {version!r} cannot be a name and a version: use letters, digits, '.', '_' and '-' (at most 63)"
        ) from None
    place = library.folder_of(name, version)
    if out_folder is None and place.exists():
        raise ModelRefused(f"{place} is there already: give the evaluated model another --version")


def _answering(settings: "Settings") -> str | None:
    """Return the digest of the model in use, or None where the database does not answer; none is made for this."""
    try:
        if settings.database_url is None and not (settings.data_dir / "postgres").exists():
            return read_model(root.default_model(settings)).identity.digest
        with root.assemble(settings) as diafan:
            return diafan.model_in_use.identity().digest
    except root.EXPECTED:
        return None


def _tiers(model: LocalModel) -> str:
    counts = Counter(output.tier for output in model.manifest.outputs)
    return ", ".join(f"{counts[tier]} {tier}" for tier in Tier if counts[tier])


def _told(model: LocalModel) -> str:
    return f"[bold]{model.title}[/] ({_tiers(model)}), SHA-256 {model.identity.digest}, in {escape(str(model.folder))}"


def _policy(words: list[str] | None) -> str | dict[str, str] | None:
    """Return the policy for uncertain labels: one word for all, or a word for each label."""
    if not words:
        return None
    pairs = dict(word.rpartition("=")[::2] for word in words)
    everywhere = pairs.pop("", "ignore")
    return {label.value: pairs.get(label.value, everywhere) for label in LABELS} | pairs if pairs else everywhere


def _kind(text: str) -> "DataKind":
    kinds: dict[str, DataKind] = {"chexpert": "chexpert", "nih": "nih"}
    if text not in kinds:
        raise typer.BadParameter(f"there is no reader for {text} data: give {' or '.join(kinds)}, and the folder")
    return kinds[text]


def _misused(error: ValidationError) -> typer.Exit:
    for problem in error.errors(include_input=False, include_url=False):
        err.print(f"[red]{escape('.'.join(map(str, problem['loc'])))}[/]: {escape(problem['msg'])}")
    return typer.Exit(MISUSED)
