"""Where templates stand: in the package, and in NGANGTAM_HOME/templates when overridden there."""

import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from ngangtam.foundation.kernel.home import home

_shelves: Final[dict[str, "Shelf"]] = {}


@dataclass(frozen=True, slots=True)
class Shelf:
    """The templates of one room. Shape: `name` is the folder under NGANGTAM_HOME/templates."""

    name: str
    folder: Path

    def find(self, name: str) -> Path:
        """Return the file of a template, the deployment's own before ours.

        Errors: FileNotFoundError when nobody has it; ValueError for a name that leaves the shelf.
        """
        if Path(name).name != name:
            raise ValueError(name)
        own = overrides() / self.name / name
        found = own if own.is_file() else self.folder / name
        if not found.is_file():
            raise FileNotFoundError(found)
        return found

    def files(self) -> list[Path]:
        """Return what the package brings."""
        return sorted(path for path in self.folder.iterdir() if path.is_file())


def overrides() -> Path:
    """Return the folder of a deployment's own templates; it may not exist."""
    return home() / "templates"


def register(shelf: Shelf) -> Shelf:
    """Let the command line know of a shelf; call it from `AppConfig.ready`."""
    _shelves[shelf.name] = shelf
    return shelf


def every_shelf() -> list[Shelf]:
    return [COMMON, LAYOUTS, *_shelves.values()]


def copy_templates() -> list[tuple[Path, bool]]:
    """Copy our templates to where they override; return (file, whether it was copied).

    A file that is already there is the deployment's own work and stays.
    """
    done = []
    for shelf in every_shelf():
        target = overrides() / shelf.name
        target.mkdir(parents=True, exist_ok=True)
        for path in shelf.files():
            own = target / path.name
            fresh = not own.exists()
            if fresh:
                shutil.copyfile(path, own)
            done.append((own, fresh))
    return done


_HERE: Final = Path(__file__).parent
# What every PDF template may import, and the layouts of State and Party documents.
COMMON: Final = Shelf("common", _HERE / "sheets")
LAYOUTS: Final = Shelf("layouts", _HERE / "layouts")
