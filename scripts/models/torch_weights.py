"""Reads the tensors of a PyTorch `.pth` file with numpy alone.

The file is a pickle of names and shapes with the numbers behind it (before PyTorch 1.6), or a zip of the same. Nothing
in it is run: every class that the pickle names becomes an empty one.
"""

import collections
import io
import pickle
import struct
import zipfile

import numpy as np

KINDS = {"FloatStorage": np.float32, "LongStorage": np.int64}


class Reader(pickle.Unpickler):
    """Answers where a tensor lies, in place of the tensor."""

    def persistent_load(self, what):
        kind, key = what[1], what[2]
        return key, getattr(kind, "__name__", kind)

    def find_class(self, _module, name):
        if name == "_rebuild_tensor_v2":
            return lambda storage, offset, size, stride, *_: (*storage, offset, size, stride)
        if name == "OrderedDict":
            return collections.OrderedDict
        return type(name, (), {})


def tensors(path):
    """The tensors of the file at `path`, by name."""
    with open(path, "rb") as file:
        places, storages = zipped(file) if zipfile.is_zipfile(file) else plain(file)
    found = {}
    for name, (key, _, offset, size, stride) in places.items():
        numbers = storages[key][offset:]
        # Tensors needn't lie row by row: the strides say how.
        steps = [step * numbers.itemsize for step in stride]
        found[name] = np.lib.stride_tricks.as_strided(numbers, size, steps).copy()
    return found


def zipped(file):
    archive = zipfile.ZipFile(file)
    index = next(name for name in archive.namelist() if name.endswith("data.pkl"))
    places = Reader(io.BytesIO(archive.read(index))).load()
    folder = index.removesuffix("data.pkl") + "data/"
    kinds = {place[0]: KINDS[place[1]] for place in places.values()}
    return places, {key: np.frombuffer(archive.read(folder + key), kind) for key, kind in kinds.items()}


def plain(file):
    file.seek(0)
    for _ in range(3):  # a magic number, a version, sizes of the machine it was written on
        Reader(file).load()
    places = Reader(file).load()
    keys = Reader(file).load()
    kinds = {place[0]: np.dtype(KINDS[place[1]]) for place in places.values()}
    storages = {}
    for key in keys:
        count = struct.unpack("<q", file.read(8))[0]
        storages[key] = np.frombuffer(file.read(count * kinds[key].itemsize), kinds[key])
    return places, storages
