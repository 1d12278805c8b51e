"""How much memory is held by something, and by nothing else: numbers, arrays, generators that rest with all they keep."""

import gc
import sys
import types

import numpy as np


def held(thing, shared=()):
    """Bytes of everything that is reached from a thing, without what is reached from what all share, or is code."""
    seen = set()
    _walk(shared, seen)
    return _walk(thing, seen)


def _walk(thing, seen):
    total, waiting = 0, [thing]
    while waiting:
        each = waiting.pop()
        if id(each) in seen or isinstance(each, type | types.ModuleType | types.CodeType | types.BuiltinFunctionType):
            continue
        seen.add(id(each))
        total += sys.getsizeof(each)
        if isinstance(each, types.FunctionType):
            waiting += each.__closure__ or ()  # its globals are not its own
        elif isinstance(each, np.ndarray):
            waiting.append(each.base)
        else:
            waiting += gc.get_referents(each)
    return total
