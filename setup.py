"""Builds the kernels, which are Cython: with the machine's C compiler, or with one from PyPI (ziglang).

Where neither can be had they are installed as they are, and run as Python. DEDUPE_BUILD says otherwise:

    required    fail where kernels cannot be compiled, as in wheels; so does `build_ext --inplace`
    checked     compile them with every index looked at, for tests
    sanitized   compile them as they are, for a Python that runs under AddressSanitizer
    python      do not compile them
"""

from __future__ import annotations

import importlib.util
import os
import subprocess
import sys
import sysconfig
import tempfile
from pathlib import Path

from setuptools import Extension, setup
from setuptools.command.build_ext import build_ext

KERNELS = Path("dedupe/text/kernels")
PACKAGE = ".".join(KERNELS.parts)
PATTERNS = Path("dedupe/core/patterns.bin")
KIND = os.environ.get("DEDUPE_BUILD", "")


class NoCompilerError(Exception):
    """Why kernels cannot be compiled here."""


class BuildKernels(build_ext):
    """Compiles all kernels or none."""

    def run(self) -> None:
        """Build, and put what was built beside its sources too: tests run from there."""
        if KIND == "python":
            self._give_up("DEDUPE_BUILD=python")
            return
        try:
            self._compile()
        except Exception as error:
            if KIND or (self.inplace and not self.editable_mode):
                raise
            self._give_up(str(error))
            return
        if not self.inplace:
            self.copy_extensions_to_source()
        leave_patterns([Path(), *([] if self.inplace else [Path(self.build_lib)])])

    def _compile(self) -> None:
        if not Path(sysconfig.get_path("include"), "Python.h").exists():
            raise NoCompilerError("the headers of Python are missing (Debian: apt install python3-dev)")
        kind, wanted = Path("build/kind"), KIND if KIND in ("checked", "sanitized") else ""
        self.force = bool(self.force) or (kind.read_text("utf-8") if kind.exists() else "") != wanted
        self.extensions[:] = self.distribution.ext_modules[:] = translated(self.force)
        kind.write_text(wanted, "utf-8")
        for module in self.extensions:
            module._needs_stub = False
        self.swig_opts, self.parallel = [], os.cpu_count()
        try:
            super().run()
        except Exception as error:
            self.warn(f"no C compiler of this machine works ({first_line(error)}): taking ziglang from PyPI")
            with tempfile.TemporaryDirectory() as folder:
                with_zig(self, folder)
            self.warn("kernels were compiled by ziglang")

    def _give_up(self, reason: str) -> None:
        """Leave no kernel that was compiled: they are compiled together or not at all."""
        self.warn(f"kernels are not compiled and will run as Python, fifty to a hundred times slower: {reason}")
        for built in [*Path(self.build_lib).glob(f"{KERNELS}/*"), *KERNELS.glob("*")]:
            if built.suffix in (".so", ".pyd"):
                built.unlink()
        self.extensions[:] = self.distribution.ext_modules[:] = []


def translated(force: bool) -> list[Extension]:
    """The kernels as C, in the folder `build`, and what all of them need of Cython once for all."""
    from Cython.Build import cythonize

    looked_at = KIND == "checked"
    folder = Path("build/cython-checked" if looked_at else "build/cython")
    shared = folder / "shared.c"
    if force or not shared.exists():
        folder.mkdir(parents=True, exist_ok=True)
        subprocess.run([sys.executable, "-m", "cython", "--generate-shared", str(shared)], check=True)
    kernels = [path for path in sorted(KERNELS.glob("*.py")) if path.stem != "__init__"]
    extensions: list[Extension] = cythonize(
        [extension(path.stem, path) for path in kernels],
        build_dir=str(folder),
        force=force,
        shared_utility_qualified_name=f"{PACKAGE}.shared",
        compiler_directives={
            "language_level": 3,
            "infer_types": True,
            "boundscheck": looked_at,
            "initializedcheck": looked_at,
            "cdivision": not looked_at,
            "wraparound": False,
        },
    )
    return [*extensions, extension("shared", shared)]


def extension(name: str, source: Path) -> Extension:
    """One module, with what the compiler is told."""
    sanitized = ["-O1", "-g", "-fsanitize=address", "-fno-omit-frame-pointer"] if KIND == "sanitized" else []
    return Extension(
        f"{PACKAGE}.{name}",
        [str(source)],
        include_dirs=[str(KERNELS)],
        extra_compile_args=[*(["/O2"] if os.name == "nt" else ["-O3", "-g0"]), *sanitized],
        extra_link_args=sanitized or (["-Wl,-s"] if sys.platform == "linux" else []),
        depends=[str(path) for path in KERNELS.glob("*.h")],
    )


def with_zig(command: build_ext, folder: str) -> None:
    """Compile all kernels with a compiler from PyPI, kept in a folder; for any processor of this kind."""
    environment = dict(os.environ, PYTHONPATH=folder)
    if importlib.util.find_spec("ziglang") is None:
        fetch(folder)
    else:
        environment = dict(os.environ)
    environment["ZIG_GLOBAL_CACHE_DIR"] = environment["ZIG_LOCAL_CACHE_DIR"] = str(Path(folder, "cache"))
    flags = ["-shared", "-fPIC", "-O3", "-s", "-mcpu=baseline", "-fwrapv", "-DNDEBUG", "-fno-sanitize=undefined"]
    if sys.platform == "darwin":
        flags += ["-undefined", "dynamic_lookup"]
    if os.name == "nt":
        flags += [f"-L{Path(sys.base_prefix, 'libs')}", f"-lpython{sys.version_info.major}{sys.version_info.minor}"]
    for module in command.extensions:
        target = command.get_ext_fullpath(module.name)
        Path(target).parent.mkdir(parents=True, exist_ok=True)
        headers = [*module.include_dirs, *command.include_dirs]
        words = [*flags, *(f"-I{header}" for header in headers), *module.sources, "-o", target]
        subprocess.run([sys.executable, "-m", "ziglang", "cc", *words], check=True, env=environment)


def fetch(folder: str) -> None:
    """Install ziglang into a folder, with pip or, where that is missing, with uv."""
    uv = os.environ.get("UV")
    ways = [[sys.executable, "-m", "pip"], *([[uv, "pip"]] if uv else [])]
    for way in ways:
        # What pip tells the build is not for a pip inside of it.
        inside = {name: value for name, value in os.environ.items() if name not in ("PIP_BUILD_TRACKER", "PYTHONPATH")}
        if subprocess.run([*way, "install", "--quiet", "--target", folder, "ziglang"], env=inside).returncode == 0:
            return
    raise NoCompilerError("there is no C compiler, and ziglang cannot be taken from PyPI")


def leave_patterns(roots: list[Path]) -> None:
    """Leave the patterns of the rules compiled in the package below each root, for this Python."""
    environment = dict(os.environ, PYTHONPATH=os.pathsep.join((".", os.environ.get("PYTHONPATH", ""))))
    for root in roots:
        words = [sys.executable, "-m", "dedupe.rules.build", str(root / PATTERNS)]
        if subprocess.run(words, env=environment).returncode:
            print("the patterns of the rules are not compiled: each run compiles those that it needs", file=sys.stderr)


def first_line(error: Exception) -> str:
    """What went wrong, in short."""
    return (str(error) or type(error).__name__).splitlines()[0]


if __name__ == "__main__":
    setup(cmdclass={"build_ext": BuildKernels}, ext_modules=[Extension(PACKAGE, [])])
