"""``diafan check-object``: what the gate says of a DICOM object of ours, and what the validators that are installed say."""

from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape

from integrations.errors import Unreadable
from integrations.object_check import objections
from integrations.part10 import read_part10
from integrations.validators import judgements
from service.terminal import FAILED, err, out


def check_object(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="a DICOM file that Diafan wrote")],
) -> None:
    """Judge an object of ours as it is judged before it leaves, and by every validator on this machine; exit 1 on an error.

    Validators may quote values: what is shown here can name a patient.
    """
    try:
        read_part10(file)
    except Unreadable as error:
        err.print(f"[red]{escape(str(error))}[/]")
        raise typer.Exit(FAILED) from error
    found = {"Diafan": objections(file.read_bytes()), **{j.validator: j.errors for j in judgements(file)}}
    for judge, errors in found.items():
        out.print(f"{judge}: {'[red]not conformant[/]' if errors else 'nothing against it'}")
        for told in errors:
            out.print(f"  {escape(told)}")
    if any(found.values()):
        raise typer.Exit(FAILED)
