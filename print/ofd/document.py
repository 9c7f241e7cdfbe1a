"""OFD.xml and Document.xml: which documents, pages, templates, resources, annotations, attachments and signatures are there.

Everything is read when the file is opened, so that a damaged page is known before the first one is printed.
"""
from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from print.ofd.errors import Damaged, TooBig
from print.ofd.geometry import Box
from print.ofd.model import Annotation, Info, Layer, Level, Page, Resources, Signature
from print.ofd.objects import read_box, read_objects, read_pen
from print.ofd.package import Package, resolve
from print.ofd.resources import read_resources
from print.ofd.signed import read_signatures
from print.ofd.xml import Node, parse

MOST_PAGES = 500
LARGEST_SIDE_MM = 5_000.0
A4 = Box(0, 0, 210, 297)
_LEVELS: tuple[Level, ...] = ("Background", "Body", "Foreground")


@dataclass(frozen=True)
class OfdDocument:
    """A document as read. `signatures` are not verified by reading."""

    package: Package
    info: Info
    pages: tuple[Page, ...]
    resources: Resources
    signatures: tuple[Signature, ...]
    attachments: tuple[str, ...]
    further_documents: int
    """Documents of the same package behind the first, which are not shown."""
    signatures_path: str | None = None
    problems: tuple[str, ...] = ()
    """What the document names and the package does not have, or has in a form that cannot be read: resources,
    annotations, attachments. Pages and templates that are missing are Damaged instead."""


def open_ofd(data: bytes) -> OfdDocument:
    """Read a whole OFD file. Raises NotOfd, Damaged, TooBig."""
    package = Package(data)
    root = parse(package, "OFD.xml")
    bodies = list(root.children("DocBody"))
    if not bodies:
        raise Damaged("OFD.xml", "no document in it")
    body = bodies[0]
    location = body.value("DocRoot")
    if location is None:
        raise Damaged("OFD.xml", "no DocRoot")
    path = resolve("OFD.xml", location)
    document = parse(package, path)
    problems: list[str] = []
    resources = _resources(package, path, document, problems)
    pages = _Pages(package, path, document, resources, problems).read()
    listed = body.value("Signatures")
    signed_in = resolve("OFD.xml", listed) if listed is not None else None
    signatures = read_signatures(package, signed_in) if signed_in is not None else ()
    attachments = _attachments(package, path, document, problems)
    return OfdDocument(package, _info(body.child("DocInfo")), pages, resources, signatures,
                       attachments, len(bodies) - 1, signed_in, tuple(dict.fromkeys(problems)))  # fmt: skip


def _info(node: Node | None) -> Info:
    if node is None:
        return Info()
    return Info(node.value("Title") or "", node.value("Creator") or "", node.value("CreationDate") or "")


def _resources(package: Package, path: str, document: Node, problems: list[str]) -> Resources:
    resources = Resources()
    common = document.child("CommonData")
    if common is None:
        return resources
    for name in ("PublicRes", "DocumentRes"):
        for node in common.children(name):
            if node.text.strip():
                with _tolerating(problems):
                    read_resources(package, resolve(path, node.text), resources)
    resources.default_space = common.value("DefaultCS")
    return resources


def _attachments(package: Package, path: str, document: Node, problems: list[str]) -> tuple[str, ...]:
    location = document.value("Attachments")
    if location is None:
        return ()
    with _tolerating(problems):
        root = parse(package, resolve(path, location))
        return tuple(node.get("Name") or "?" for node in root.children("Attachment"))
    return ()


@contextmanager
def _tolerating(problems: list[str]) -> Iterator[None]:
    """Real documents name files that are not there; the rest of them is worth showing, with this said."""
    try:
        yield
    except Damaged as error:
        problems.append(str(error))


class _Pages:
    def __init__(self, package: Package, path: str, document: Node, resources: Resources, problems: list[str]) -> None:
        self._package, self._path, self._document, self._resources = package, path, document, resources
        self._problems = problems
        common = document.child("CommonData")
        self._area = (_area(common.child("PageArea")) if common is not None else None) or A4
        self._templates = {node.get("ID") or "": node for node in (common.children("TemplatePage") if common else ())}
        self._parsed: dict[str, tuple[Layer, ...]] = {}
        self._annotations = self._read_annotations()

    def read(self) -> tuple[Page, ...]:
        listed = self._document.child("Pages")
        nodes = list(listed.children("Page")) if listed is not None else []
        if not nodes:
            raise Damaged(self._path, "no page")
        if len(nodes) > MOST_PAGES:
            raise TooBig(f"{len(nodes)} pages")
        return tuple(self._page(node) for node in nodes)

    def _page(self, node: Node) -> Page:
        path = resolve(self._path, node.get("BaseLoc") or "")
        root = parse(self._package, path)
        self._page_resources(path, root)
        box = _area(root.child("Area")) or self._area
        layers: dict[Level, list[Layer]] = {level: [] for level in _LEVELS}
        for use in root.children("Template"):
            level = _level(use.get("ZOrder"), "Background")
            layers[level] += self._template(use.get("TemplateID") or "", path)
        for layer in self._layers(root):
            layers[layer.level].append(layer)
        identity = node.get("ID") or ""
        ordered = tuple(layer for level in _LEVELS for layer in layers[level])
        return Page(identity, path, box, ordered, tuple(self._annotations.get(identity, ())))

    def _template(self, identity: str, used_by: str) -> tuple[Layer, ...]:
        node = self._templates.get(identity)
        if node is None:
            raise Damaged(used_by, f"template {identity[:20]} is not there")
        path = resolve(self._path, node.get("BaseLoc") or "")
        if path not in self._parsed:
            root = parse(self._package, path)
            self._page_resources(path, root)
            self._parsed[path] = self._layers(root)
        return self._parsed[path]

    def _page_resources(self, path: str, root: Node) -> None:
        for node in root.children("PageRes"):
            if node.text.strip():
                with _tolerating(self._problems):
                    read_resources(self._package, resolve(path, node.text), self._resources)

    def _layers(self, root: Node) -> tuple[Layer, ...]:
        content = root.child("Content")
        if content is None:
            return ()
        return tuple(Layer(_level(node.get("Type"), "Body"), read_pen(node, self._resources),
                           read_objects(node, self._resources)) for node in content.children("Layer"))  # fmt: skip

    def _read_annotations(self) -> dict[str, list[Annotation]]:
        location = self._document.value("Annotations")
        if location is None:
            return {}
        found: dict[str, list[Annotation]] = {}
        with _tolerating(self._problems):
            path = resolve(self._path, location)
            for page in parse(self._package, path).children("Page"):
                file = page.value("FileLoc")
                if file is not None:
                    with _tolerating(self._problems):
                        root = parse(self._package, resolve(path, file))
                        read = [self._annotation(node) for node in root.children("Annot")]
                        found.setdefault(page.get("PageID") or "", []).extend(read)
        return found

    def _annotation(self, node: Node) -> Annotation:
        appearance = node.child("Appearance")
        box = read_box(appearance, appearance.get("Boundary")) if appearance is not None else None
        objects = read_objects(appearance, self._resources) if appearance is not None else ()
        return Annotation(node.get("Type") or "?", box, objects, node.flag("Visible", True), node.flag("Print", True))


def _area(node: Node | None) -> Box | None:
    if node is None:
        return None
    box = read_box(node, node.value("PhysicalBox"))
    if box is None:
        return None
    if not (1 <= box.width <= LARGEST_SIDE_MM and 1 <= box.height <= LARGEST_SIDE_MM):
        raise Damaged(node.where, f"a page of {box.width} x {box.height} mm")
    return box


def _level(text: str | None, otherwise: Level) -> Level:
    return next((level for level in _LEVELS if level == text), otherwise)
