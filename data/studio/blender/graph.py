"""A short way to write material node graphs."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import bpy

from data.studio.colour import linear

INPUTS = {
    "base": "Base Color", "rough": "Roughness", "metal": "Metallic", "normal": "Normal", "trans": "Transmission Weight",
    "ior": "IOR", "coat": "Coat Weight", "coatr": "Coat Roughness", "sheen": "Sheen Weight",
    "sheenr": "Sheen Roughness", "sss": "Subsurface Weight", "sssr": "Subsurface Scale", "aniso": "Anisotropic",
    "emit": "Emission Color", "emits": "Emission Strength", "alpha": "Alpha", "spec": "Specular IOR Level",
}  # fmt: skip
Stops = list[tuple[float, Any]]


class Graph:
    """One material. Values are numbers, '#rrggbb', tuples or sockets; every method returns an output socket.

    Scales are per metre, because the texture coordinates are object coordinates in metres.
    """

    def __init__(self, name: str = "material", **inputs: Any) -> None:
        self.material = bpy.data.materials.new(name)
        self.material.use_nodes = True
        self.tree = self.material.node_tree
        self.principled = self.tree.nodes["Principled BSDF"]
        self.set(**inputs)

    def set(self, **inputs: Any) -> Graph:
        """Sets inputs of the principled shader by their short names (`INPUTS`)."""
        for key, value in inputs.items():
            self.put(self.principled.inputs[INPUTS[key]], value)
        return self

    def put(self, socket: Any, value: Any) -> None:
        """Links a socket or writes a constant."""
        if isinstance(value, bpy.types.NodeSocket):
            self.tree.links.new(value, socket)
        elif isinstance(value, str):
            socket.default_value = linear(value)
        elif socket.type == "RGBA" and len(value) == 3:
            socket.default_value = (*value, 1)
        else:
            socket.default_value = value

    def node(self, kind: str, inputs: dict[Any, Any] | None = None, out: Any = 0, **attributes: Any) -> Any:
        """Adds a `ShaderNode<kind>` and returns one of its outputs."""
        node = self.tree.nodes.new("ShaderNode" + kind)
        for key, value in attributes.items():
            setattr(node, key, value)
        for key, value in (inputs or {}).items():
            self.put(node.inputs[key], value)
        return node.outputs[out]

    def coords(self, kind: str = "Object", scale: Any = (1, 1, 1)) -> Any:
        """Texture coordinates: Object (metres) or UV."""
        scale = scale if hasattr(scale, "__len__") else (scale,) * 3
        return self.node("Mapping", {"Vector": self.node("TexCoord", out=kind), "Scale": scale})

    def stretch(self, vector: Any, scale: tuple[float, float, float], location: Any = (0, 0, 0)) -> Any:
        """A vector times `scale`, plus `location`."""
        return self.node("Mapping", {"Vector": vector, "Scale": scale, "Location": location})

    def noise(self, vector: Any, scale: float, detail: float = 4, rough: float = 0.5, dist: float = 0) -> Any:
        """Perlin noise, about 0..1."""
        given = {"Vector": vector, "Scale": scale, "Detail": detail, "Roughness": rough, "Distortion": dist}
        return self.node("TexNoise", given)

    def voronoi(self, vector: Any, scale: float, feature: str = "F1", rand: float = 1) -> Any:
        """Distance to cells (F1) or to their edges (DISTANCE_TO_EDGE)."""
        return self.node("TexVoronoi", {"Vector": vector, "Scale": scale, "Randomness": rand}, feature=feature)

    def math(self, operation: str, a: Any, b: Any = 0.5, c: Any = None) -> Any:
        """One arithmetic operation of the renderer, e.g. "FRACT" or "MULTIPLY_ADD"."""
        return self.node("Math", {0: a, 1: b} if c is None else {0: a, 1: b, 2: c}, operation=operation)

    def add(self, a: Any, b: Any) -> Any:
        """a + b."""
        return self.math("ADD", a, b)

    def sub(self, a: Any, b: Any) -> Any:
        """a - b."""
        return self.math("SUBTRACT", a, b)

    def mul(self, a: Any, b: Any) -> Any:
        """a * b."""
        return self.math("MULTIPLY", a, b)

    def less(self, a: Any, b: Any) -> Any:
        """1 where a < b, else 0."""
        return self.math("LESS_THAN", a, b)

    def greater(self, a: Any, b: Any) -> Any:
        """1 where a > b, else 0."""
        return self.math("GREATER_THAN", a, b)

    def ramp(self, factor: Any, stops: Stops, interpolation: str = "LINEAR") -> Any:
        """A colour ramp; stops are (position, colour or grey)."""
        node = self.tree.nodes.new("ShaderNodeValToRGB")
        self.put(node.inputs[0], factor)
        ramp = node.color_ramp
        ramp.interpolation = interpolation
        while len(ramp.elements) < len(stops):
            ramp.elements.new(0.5)
        for element, (position, colour) in zip(ramp.elements, stops, strict=True):
            element.position = position
            if isinstance(colour, str):
                element.color = linear(colour)
            else:
                element.color = (colour,) * 3 + (1,) if isinstance(colour, int | float) else (*colour[:3], 1)
        return node.outputs[0]

    def bands(self, factor: Any, stops: Stops) -> Any:
        """A ramp of hard bands over the fraction of `factor`."""
        return self.ramp(self.math("FRACT", factor), stops, "CONSTANT")

    def mix(self, factor: Any, a: Any, b: Any, mode: str = "MIX") -> Any:
        """Blends two colours."""
        node = self.tree.nodes.new("ShaderNodeMix")
        node.data_type = "RGBA"
        node.blend_type = mode
        for at, value in ((0, factor), (6, a), (7, b)):
            self.put(node.inputs[at], value)
        return node.outputs[2]

    def times(self, a: Any, b: Any) -> Any:
        """Multiplies two colours."""
        return self.mix(1.0, a, b, "MULTIPLY")

    def bump(self, height: Any, strength: float = 0.3, distance: float = 0.001, normal: Any = None) -> Any:
        """A normal from a height; distance in metres."""
        given = {"Height": height, "Strength": strength, "Distance": distance}
        return self.node("Bump", given if normal is None else given | {"Normal": normal})

    def attribute(self, name: str) -> Any:
        """A number stored at the mesh's points."""
        return self.node("Attribute", out="Fac", attribute_name=name)

    def axis(self, vector: Any, index: int) -> Any:
        """One component of a vector."""
        return self.node("SeparateXYZ", {0: vector}, out=index)

    def image(self, path: Path, vector: Any, extension: str = "CLIP", out: int = 0) -> Any:
        """A picture's colour (out=0) or alpha (out=1)."""
        node = self.tree.nodes.new("ShaderNodeTexImage")
        node.image = bpy.data.images.load(str(path), check_existing=True)
        node.extension = extension
        self.put(node.inputs[0], vector)
        return node.outputs[out]

    def blend_shader(self, factor: Any, other: Any) -> None:
        """Mixes another shader over the principled one."""
        node = self.tree.nodes.new("ShaderNodeMixShader")
        for at, value in enumerate((factor, self.principled.outputs[0], other)):
            self.put(node.inputs[at], value)
        self.put(self.tree.nodes["Material Output"].inputs[0], node.outputs[0])
