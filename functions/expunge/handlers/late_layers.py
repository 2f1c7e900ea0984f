"""Layers that a function fetches as it starts, since beside the attached ones they have no room.

Lambda unpacks at most 250 MB of code and attached layers. A layer version that is attached to no
function is still stored by Lambda, which gives out a signed URL and the SHA-256 of its ZIP. The
ZIP is compared with that digest before anything is unpacked. Its ``python`` folder is imported
from, and its ``models`` lie beside links to those of the attached layers.
"""

from __future__ import annotations

import base64
import hashlib
import os
import sys
import tempfile
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.request import urlopen

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from typing import BinaryIO

FOLDER = Path(tempfile.gettempdir()) / "late"
"""In the only place where a function can write."""
ATTACHED = Path("/opt/models")
_PIECE = 1 << 20
_SECONDS = 20.0
"""For which a connection may be silent."""


class LayerDamaged(Exception):
    """A fetched layer does not have the digest that Lambda states."""


def fetched(
    arns: Iterable[str],
    folder: Path = FOLDER,
    *,
    attached: Path = ATTACHED,
    client: Any = None,  # noqa: ANN401 - Lambda's, of boto3
    opened: Callable[[str], BinaryIO] | None = None,
) -> None:
    """Fetch layer versions, unless this machine has them from an earlier start.

    Raises
    ------
    LayerDamaged
        A ZIP does not have its digest.
    """
    for arn in arns:
        done = folder / arn.rpartition("layer:")[2].replace(":", "-")
        if not done.exists():
            _unpack(_content(arn, client), folder, opened or _opened)
            done.touch()
    _link(attached, folder / "models")
    sys.path.append(str(folder / "python"))


def _content(arn: str, client: Any) -> dict[str, str]:  # noqa: ANN401
    """Where the ZIP of a layer version is, and its digest."""
    if client is None:
        import boto3  # noqa: PLC0415 - the runtime has it

        client = boto3.client("lambda")
    layer, _, version = arn.rpartition(":")
    found: dict[str, str] = client.get_layer_version(LayerName=layer, VersionNumber=int(version))[
        "Content"
    ]
    return found


def _opened(url: str) -> BinaryIO:
    if not url.startswith("https://"):
        raise LayerDamaged("the URL of a layer is not https")
    answer: BinaryIO = urlopen(url, timeout=_SECONDS)  # noqa: S310 - checked above
    return answer


def _unpack(content: dict[str, str], folder: Path, opened: Callable[[str], BinaryIO]) -> None:
    digest = hashlib.sha256()
    with tempfile.TemporaryFile() as file:
        with opened(content["Location"]) as answer:
            while piece := answer.read(_PIECE):
                digest.update(piece)
                file.write(piece)
        if base64.b64encode(digest.digest()).decode() != content["CodeSha256"]:
            raise LayerDamaged("a fetched layer does not have the digest that Lambda states")
        folder.mkdir(parents=True, exist_ok=True)
        with zipfile.ZipFile(file) as packed:
            packed.extractall(folder)


def _link(attached: Path, folder: Path) -> None:
    """Link the weights of the attached layers beside the fetched ones."""
    folder.mkdir(parents=True, exist_ok=True)
    for weights in attached.glob("*"):
        link = folder / weights.name
        if not os.path.lexists(link):
            link.symlink_to(weights)
