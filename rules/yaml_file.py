"""Reads one YAML file of the law into its shape, and says of each fault: which file, which key, what to do."""

from collections.abc import Hashable
from datetime import date
from importlib.resources.abc import Traversable
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from schemas.errors import LawError

Shape = TypeVar("Shape", bound=BaseModel)

_ADVICE = {
    "missing": "add it",
    "extra_forbidden": "remove it or mend its spelling",
    "date_type": "write a date as 2026-05-09, without quotes",
    "bool_type": "write true or false",
}


def read_yaml(file: Traversable, shape: type[Shape], fault: type[LawError]) -> Shape:
    """Read one file into its shape.

    Raises:
        LawError: as `fault`, when the file isn't there, isn't YAML, or isn't of this shape.

    """
    try:
        data = yaml.load(file.read_text(encoding="utf-8"), _StrictLoader)  # noqa: S506 (a SafeLoader by descent)
        return shape.model_validate(data)
    except OSError as error:
        raise fault(f"{file}: can't be read ({error.strerror}); put the file there or mend its path") from error
    except (yaml.YAMLError, UnicodeDecodeError, RecursionError) as error:
        raise fault(f"{file}: is no YAML in UTF-8 ({error}); mend it there") from error
    except ValidationError as error:
        raise fault("\n".join(f"{file}: {_said(each)}" for each in error.errors())) from error


def _said(error: ErrorDetails) -> str:
    """`key: what is wrong; what to do`."""
    key = ".".join(map(str, error["loc"])) or "whole file"
    said = error["msg"].removeprefix("Value error, ")
    advice = _ADVICE.get(error["type"])
    return f"{key}: {said}; {advice}" if advice else f"{key}: {said}"


class _StrictLoader(yaml.SafeLoader):
    """Refuses what PyYAML takes in silence or breaks on: a key written twice, a date that doesn't exist."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:  # noqa: FBT001, FBT002
        keys = [key.value for key, _ in node.value if isinstance(key, yaml.ScalarNode)]
        repeated = sorted({key for key in keys if keys.count(key) > 1})
        if repeated:
            raise yaml.MarkedYAMLError(problem=f"{', '.join(repeated)}: written twice", problem_mark=node.start_mark)
        return super().construct_mapping(node, deep)

    def construct_existing_date(self, node: yaml.ScalarNode) -> date:
        """As PyYAML, with the place of a 30 February."""
        try:
            return self.construct_yaml_timestamp(node)
        except ValueError as error:
            raise yaml.MarkedYAMLError(
                problem=f"{node.value}: there is no such date", problem_mark=node.start_mark
            ) from error


_StrictLoader.add_constructor("tag:yaml.org,2002:timestamp", _StrictLoader.construct_existing_date)
