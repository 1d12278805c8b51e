"""What a script is given: the types of ui/live and the typedefs of assets/live say the same, field for field."""

import json
import re
from importlib import import_module
from types import NoneType, UnionType
from typing import Literal, get_args, get_origin, get_type_hints, is_typeddict

import pytest

from tests.ui.live.test_component import NAMES
from ui.live.component import LIVE, Component

PLAIN = {str: "string", int: "number", float: "number", bool: "boolean", NoneType: "null"}


class Written:
    """The types that a module sends, by name, as JSDoc writes them."""

    def __init__(self, module):
        self.names = {name: kind for name, kind in vars(module).items() if name[0].isupper()}
        self.found = {}
        self.refer(module.Data)

    def refer(self, kind):
        """A type by its name, if the module gives it one, else written out."""
        name = next((name for name, own in self.names.items() if own == kind), None)
        if name is None:
            return self.write(kind)
        if name not in self.found:
            self.found[name] = ""  # a type may hold itself
            self.found[name] = self.write(kind)
        return name

    def write(self, kind):
        origin, args = get_origin(kind), get_args(kind)
        if is_typeddict(kind):
            marks = dict.fromkeys(kind.__optional_keys__, "?")
            fields = [f"{key}{marks.get(key, '')}: {self.refer(each)}" for key, each in get_type_hints(kind).items()]
            return f"{{{', '.join(fields)}}}"
        if origin is UnionType:
            return " | ".join(map(self.refer, args))
        if origin is Literal:
            return " | ".join(map(json.dumps, args))
        if origin is dict:
            return f"Record<{', '.join(map(self.refer, args))}>"
        if origin is list or args[1:] == (...,):
            each = self.refer(args[0])
            return f"({each})[]" if " | " in each else f"{each}[]"
        return f"[{', '.join(map(self.refer, args))}]" if origin is tuple else PLAIN[kind]


def typedefs(script):
    """The typedefs of a script by name, each on one line."""
    lines = re.sub(r"\n \*( +)", r" ", script)
    return {name: kind for kind, name in re.findall(r"@typedef \{(.*?)\} (\w+)(?= @typedef|\n)", lines)}


@pytest.mark.parametrize("name", NAMES)
def test_a_script_says_of_its_data_what_python_says_of_them(name):
    module = import_module(f"ui.live.{name}")
    assert module._component.__orig_class__ == Component[module.Data]
    ours, theirs = Written(module).found, typedefs((LIVE / f"{name}.js").read_text(encoding="utf-8"))
    assert {each: theirs.get(each) for each in ours} == ours
