"""Signatures.xml and each Signature.xml as they stand: which entries are covered, where the seal is shown. Verifying is
print/ofd/seals' business. A signature that cannot be read is kept with its problem: it must not look like none."""
from __future__ import annotations

from typing import Literal

from print.ofd.errors import Damaged, TooBig
from print.ofd.model import Signature, Stamp
from print.ofd.objects import read_box
from print.ofd.package import Package, resolve
from print.ofd.xml import Node, parse

MOST_SIGNATURES = 64


def read_signatures(package: Package, path: str) -> tuple[Signature, ...]:
    """Raises TooBig. A Signatures.xml that is named and cannot be read is a signature that cannot be read."""
    try:
        nodes = list(parse(package, path).children("Signature"))
    except Damaged as error:
        return (Signature("?", "Seal", path, None, None, "", "", (), (), f"{error}"),)
    if len(nodes) > MOST_SIGNATURES:
        raise TooBig(f"{len(nodes)} signatures")
    return tuple(_signature(package, path, node) for node in nodes)


def _signature(package: Package, listed_in: str, node: Node) -> Signature:
    identity = node.get("ID") or "?"
    try:
        path = resolve(listed_in, node.get("BaseLoc") or "")
        return _read(package, path, identity, node.get("Type"))
    except Damaged as error:
        return Signature(identity, "Seal", error.where, None, None, "", "", (), (), f"{error}")


def _read(package: Package, path: str, identity: str, said: str | None) -> Signature:
    root = parse(package, path)
    info = root.child("SignedInfo")
    if info is None:
        raise Damaged(path, "no SignedInfo")
    seal_node = info.child("Seal")
    seal = seal_node.value("BaseLoc") if seal_node is not None else None
    stamps = tuple(_stamp(stamp) for stamp in info.children("StampAnnot"))
    # `Type` may be missing (facts/print.md 6.4); then a seal or a stamp in it says what it is.
    sign = said == "Sign" or (said is None and seal is None and not stamps)
    kind: Literal["Seal", "Sign"] = "Sign" if sign else "Seal"
    references = info.child("References")
    covered = [] if references is None else [
        (resolve(path, reference.get("FileRef") or ""), reference.value("CheckValue") or "")
        for reference in references.children("Reference")]  # fmt: skip
    value = root.value("SignedValue")
    check_method = (references.get("CheckMethod") or "MD5") if references is not None else ""
    return Signature(identity, kind, path, resolve(path, value) if value else None, resolve(path, seal) if seal else None,
                     info.value("SignatureMethod") or "", check_method, tuple(covered), stamps)  # fmt: skip


def _stamp(node: Node) -> Stamp:
    box = read_box(node, node.get("Boundary"))
    if box is None:
        raise Damaged(node.where, "a StampAnnot without place")
    return Stamp(node.get("PageRef") or "", box, read_box(node, node.get("Clip")))
