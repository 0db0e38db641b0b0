"""Frozen, keyword-only, slotted dataclasses, made without compiling a line: type checkers see the standard ones.

The standard decorator writes six methods as text for each class and compiles them, at every start. Here the methods are
shared, and look the names of the fields up. What comes out is a dataclass to ``dataclasses.replace`` and ``fields``, to
``pickle`` and ``copy``, and to a class that derives from it with the standard decorator: ``docs/adr/0012-values.md``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

__all__ = ["dataclass"]

if TYPE_CHECKING:
    from dataclasses import dataclass
else:
    from collections.abc import Callable, Mapping, Sequence
    from dataclasses import MISSING, Field, FrozenInstanceError, field
    from dataclasses import dataclass as standard
    from typing import Any

    @standard(frozen=True, slots=True, kw_only=True)
    class _Pattern:
        """What the standard decorator leaves on a class of this kind, besides its methods."""

        only: None = None

    _PARAMETERS = _Pattern.__dataclass_params__
    _ORDINARY = _Pattern.__dataclass_fields__["only"]._field_type  # noqa: SLF001 - fields() asks for it

    def dataclass(*, frozen: bool, slots: bool, kw_only: bool) -> Callable[[type], type]:
        """The standard decorator of this name, for this one kind of class."""
        assert frozen and slots and kw_only, "this makes frozen, slotted, keyword-only dataclasses only"
        return _made

    def _made(cls: type) -> type:
        own = {name: _field(cls, name, kind) for name, kind in vars(cls).get("__annotations__", {}).items()}
        fields: dict[str, Field] = {}
        for base in cls.__mro__[:0:-1]:
            fields |= getattr(base, "__dataclass_fields__", {})
        fields |= own
        inherited = {name for base in cls.__mro__[1:] for name in vars(base).get("__slots__", ())}
        left_out = {*own, "__dict__", "__weakref__"}
        made = type(cls)(cls.__name__, cls.__bases__, {
            **_METHODS,
            **{name: part for name, part in vars(cls).items() if name not in left_out},
            "__slots__": tuple(name for name in own if name not in inherited),
            "__qualname__": cls.__qualname__,
            "__dataclass_fields__": fields,
            "__dataclass_params__": _PARAMETERS,
            "__match_args__": (),
        })  # fmt: skip
        made.__init__ = _init(made, fields)
        return made

    def _field(cls: type, name: str, kind: Any) -> Field:
        default = vars(cls).get(name, MISSING)
        found = default if isinstance(default, Field) else field(default=default)
        found.name, found.type, found.kw_only, found._field_type = name, kind, True, _ORDINARY  # noqa: SLF001
        return found

    def _init(cls: type, fields: Mapping[str, Field]) -> Callable[..., None]:
        puts = [(name, getattr(cls, name).__set__) for name in fields]
        plain = {name: each.default for name, each in fields.items() if each.default is not MISSING}
        made = [(name, each.default_factory) for name, each in fields.items() if each.default_factory is not MISSING]

        def init(self: Any, **given: Any) -> None:
            if len(given) < len(puts):
                given = plain | given
                for name, make in made:
                    if name not in given:
                        given[name] = make()
            try:
                for name, put in puts:
                    put(self, given[name])
            except KeyError:
                raise TypeError(_wrong(cls, fields, given)) from None
            if len(given) > len(puts):
                raise TypeError(_wrong(cls, fields, given))

        return init

    def _wrong(cls: type, fields: Mapping[str, Field], given: Mapping[str, Any]) -> str:
        unknown = ", ".join(repr(name) for name in given if name not in fields)
        missing = ", ".join(repr(name) for name in fields if name not in given)
        return f"{cls.__qualname__}() " + (
            f"has no argument {unknown}" if unknown else f"needs the arguments {missing}"
        )

    def _values(self: Any) -> tuple[Any, ...]:
        return tuple([getattr(self, name) for name in self.__dataclass_fields__])

    def _equal(self: Any, other: object) -> bool:
        return _values(self) == _values(other) if other.__class__ is self.__class__ else NotImplemented

    def _hash(self: Any) -> int:
        return hash(_values(self))

    def _told(self: Any) -> str:
        fields = ", ".join(f"{name}={getattr(self, name)!r}" for name in self.__dataclass_fields__)
        return f"{self.__class__.__qualname__}({fields})"

    def _refuse(_self: Any, name: str, *_: object) -> None:
        raise FrozenInstanceError(f"cannot assign to field {name!r}")

    def _restore(self: Any, state: Sequence[Any]) -> None:
        for name, each in zip(self.__dataclass_fields__, state, strict=True):
            object.__setattr__(self, name, each)

    _METHODS = {
        "__eq__": _equal,
        "__hash__": _hash,
        "__repr__": _told,
        "__setattr__": _refuse,
        "__delattr__": _refuse,
        "__getstate__": _values,
        "__setstate__": _restore,
    }
