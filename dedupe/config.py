"""Settings of a run: frozen, made once, passed down, never global."""

from __future__ import annotations

from dataclasses import dataclass

from dedupe.errors import ConfigError

DEFAULT_SELECT = ("PH", "BP", "ND")


@dataclass(frozen=True, slots=True)
class Settings:
    """What a run does. Defaults are those of the command line.

    `threshold`: least jaccard (or containment) of a copy with its representative. `min_length`: least tokens
    of a region; shorter texts pair only when their skeletons are equal. `chrome_documents`: a line is repeated
    boilerplate from this many documents on. `jobs`: worker processes; 0 means one a core for large inputs, else none.
    """

    select: tuple[str, ...] = DEFAULT_SELECT
    ignore: tuple[str, ...] = ()
    threshold: float = 0.25
    min_length: int = 32
    chrome_documents: int = 20
    exclude: tuple[str, ...] = ()
    encoding: str | None = None
    text_field: str = "text"
    id_field: str = "id"
    jobs: int = 1

    def __post_init__(self) -> None:
        if not 0 < self.threshold <= 1:
            raise ConfigError(f"threshold is {self.threshold}: give a number above 0 and up to 1")
        if self.min_length < 5:
            raise ConfigError(f"min-length is {self.min_length}: a shingle has 5 tokens, so give 5 or more")
        if self.chrome_documents < 2:
            raise ConfigError(f"chrome-documents is {self.chrome_documents}: repeated means at least 2")
        if self.jobs < 0:
            raise ConfigError(f"jobs is {self.jobs}: give 0 for one a core, or a number of processes")

    def wants(self, code: str) -> bool:
        """Whether findings of this code are reported; the longer prefix wins, `ignore` at a tie.

        >>> Settings(select=("PH",), ignore=("PH12",)).wants("PH121")
        False
        """
        chosen = max((len(p) for p in self.select if code.startswith(p)), default=0)
        dropped = max((len(p) for p in self.ignore if code.startswith(p)), default=0)
        return chosen > dropped

    def wants_any(self, prefix: str) -> bool:
        """Whether any code of a family (`PH`, `ND`) can be reported, so that its stages are worth running."""
        return any(p.startswith(prefix) or prefix.startswith(p) for p in self.select) and prefix not in self.ignore
