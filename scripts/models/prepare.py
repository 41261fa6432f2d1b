"""Makes a packaged ONNX model ready to be run: any size of picture, normalisations folded into the convolutions.

usage: prepare.py SOURCE.onnx OUT.onnx [CHARACTERS.txt]

With a third name the characters that the model reads, one a line in its metadata, are written there.
"""

import sys

import numpy as np
import onnx
from onnx import helper, numpy_helper


def folded(graph):
    """Folds each BatchNormalization behind a Conv or ConvTranspose into that one's weights."""
    constants = {item.name: numpy_helper.to_array(item) for item in graph.initializer}
    for node in graph.node:
        if node.op_type == "Constant":
            value = next((item.t for item in node.attribute if item.name == "value"), None)
            if value is not None:
                constants[node.output[0]] = numpy_helper.to_array(value)
    makers = {name: node for node in graph.node for name in node.output}
    users = {}
    for node in graph.node:
        for name in node.input:
            users[name] = users.get(name, 0) + 1
    gone, renamed = [], {}
    for norm in graph.node:
        if norm.op_type != "BatchNormalization":
            continue
        conv = makers.get(norm.input[0])
        if conv is None or conv.op_type not in ("Conv", "ConvTranspose") or users[norm.input[0]] != 1:
            continue
        if conv.input[1] not in constants:
            continue
        gain, bias, mean, variance = (constants[name].astype(np.float64) for name in norm.input[1:5])
        epsilon = next((item.f for item in norm.attribute if item.name == "epsilon"), 1e-5)
        scale = gain / np.sqrt(variance + epsilon)
        kernel = constants[conv.input[1]].astype(np.float64)
        if conv.op_type == "Conv":
            kernel = kernel * scale[:, None, None, None]
        else:
            groups = next((item.i for item in conv.attribute if item.name == "group"), 1)
            each = kernel.shape[1]
            of_input = np.repeat(np.arange(groups), kernel.shape[0] // groups)
            outputs = of_input[:, None] * each + np.arange(each)[None, :]
            kernel = kernel * scale[outputs][:, :, None, None]
        old = constants[conv.input[2]].astype(np.float64) if len(conv.input) > 2 else 0.0
        shift = (old - mean) * scale + bias
        base = f"folded.{conv.output[0]}"
        made = [(base + ".weight", kernel), (base + ".bias", np.broadcast_to(shift, scale.shape))]
        graph.initializer.extend(numpy_helper.from_array(np.array(a, np.float32), name) for name, a in made)
        del conv.input[1:]
        conv.input.extend(name for name, _ in made)
        renamed[norm.output[0]] = conv.output[0]
        gone.append(norm)
    outputs = {item.name for item in graph.output}
    for norm in gone:
        graph.node.remove(norm)
    for node in graph.node:
        for position, name in enumerate(node.input):
            node.input[position] = renamed.get(name, name)
        for position, name in enumerate(node.output):
            old = next((old for old, new in renamed.items() if new == name and old in outputs), None)
            if old:
                node.output[position] = old
    return len(gone)


def pruned(graph):
    """Leaves out constants that nothing uses, and takes constants out of the inputs."""
    used = {name for node in graph.node for name in node.input}
    for node in [node for node in graph.node if node.op_type == "Constant" and node.output[0] not in used]:
        graph.node.remove(node)
    for item in [item for item in graph.initializer if item.name not in used]:
        graph.initializer.remove(item)
    names = {item.name for item in graph.initializer}
    for item in [item for item in graph.input if item.name in names or item.name not in used]:
        graph.input.remove(item)


def main():
    model = onnx.load(sys.argv[1])
    characters = {item.key: item.value for item in model.metadata_props}.get("character")
    folded(model.graph)
    pruned(model.graph)
    for kind, values in (("in", model.graph.input), ("out", model.graph.output)):
        for at, value in enumerate(values):
            for axis, size in enumerate(value.type.tensor_type.shape.dim):
                if axis in (0, 2, 3) or size.dim_param:
                    size.dim_param = f"{kind}{at}_{axis}"
    del model.graph.value_info[:]
    del model.metadata_props[:]
    if model.opset_import[0].version < 11:
        model = onnx.version_converter.convert_version(model, 11)
    model.ir_version = max(model.ir_version, 6)
    onnx.checker.check_model(model)
    onnx.save(model, sys.argv[2])
    if len(sys.argv) > 3:
        with open(sys.argv[3], "w", encoding="utf-8") as file:
            file.write(characters)


main()
