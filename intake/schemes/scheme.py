"""A classification scheme in memory: dimensions, their values in order, and which value wins. Pure."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

NOT_DETERMINED = "not_determined"


class SchemeError(ValueError):
    """A scheme that cannot be used. `problems` says each reason in a sentence."""

    def __init__(self, problems: Iterable[str]) -> None:
        self.problems = tuple(problems)
        super().__init__(" ".join(self.problems))


class UnmappedValue(SchemeError):
    """Values that the other side has no word for. Nothing is guessed and nothing dropped."""

    def __init__(self, dimension: str, codes: Iterable[str]) -> None:
        self.dimension = dimension
        self.codes = tuple(codes)
        named = ", ".join(repr(code) for code in self.codes)
        super().__init__([f"{dimension}: nothing stands for {named}."])


@dataclass(frozen=True)
class Value:
    """One value that can be chosen. Of several, the lowest `order` wins: the youngest, the most severe."""

    code: str
    order: int
    label: str


@dataclass(frozen=True)
class Dimension:
    """One question of an assessment and its possible values, in their order."""

    code: str
    label: str
    values: tuple[Value, ...]

    @property
    def codes(self) -> tuple[str, ...]:
        return tuple(value.code for value in self.values)

    def check(self, codes: Iterable[str]) -> None:
        """Raise UnmappedValue if one of the codes is no value of this dimension."""
        unknown = [code for code in codes if code not in self.codes]
        if unknown:
            raise UnmappedValue(self.code, unknown)

    def resolve(self, codes: Collection[str]) -> str:
        """The one that counts: youngest, most severe. Empty for none. Raises UnmappedValue."""
        self.check(codes)
        return min(codes, key=self.codes.index, default="")

    def label_of(self, code: str) -> str:
        """What people read for the code. Raises UnmappedValue."""
        self.check([code])
        return self.values[self.codes.index(code)].label

    def check_mapping(self, mapping: Collection[str]) -> None:
        """Raise UnmappedValue if a value has no entry in the mapping."""
        missing = [code for code in self.codes if code not in mapping]
        if missing:
            raise UnmappedValue(self.code, missing)


@dataclass(frozen=True)
class Scheme:
    """A named version of a vocabulary."""

    name: str
    title: str
    dimensions: tuple[Dimension, ...]

    def dimension(self, code: str) -> Dimension:
        """The dimension of this name. Raises UnmappedValue: an older scheme may not know it."""
        for dimension in self.dimensions:
            if dimension.code == code:
                return dimension
        raise UnmappedValue(self.name, [code])

    def resolve(self, dimension: str, codes: Collection[str]) -> str:
        """The value that counts where several are given. Raises UnmappedValue."""
        return self.dimension(dimension).resolve(codes)
