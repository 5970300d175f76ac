"""`make gallery`: every chart kind on every sort of data, as one HTML page and one PNG a kind.

Look at all of it after a change to a chart: what a test cannot see is a label in the wrong place.
"""

from __future__ import annotations

import html
import shutil
import sys
from pathlib import Path

from playwright.sync_api import sync_playwright

ROOT = Path(__file__).parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "tests" / "reports")]

from demo_charts import GALLERY, Variant  # noqa: E402

from reports.render import pictures  # noqa: E402

BROWSERS = ("chromium", "chromium-browser", "google-chrome")
WIDTH_MM = 156
HEIGHT_MM = 70
PAGE = """<!doctype html>
<html lang="zh"><meta charset="utf-8"><title>图表样张</title>
<style>
body {{ font-family: "Noto Sans CJK SC", sans-serif; margin: 24px; background: #fff; }}
section {{ display: grid; grid-template-columns: 590px 590px; gap: 12px 24px; }}
figure {{ margin: 0; }} img {{ border: 1px solid #ddd; display: block; }}
figcaption {{ color: #566169; font-size: 12px; }}
</style>
{sections}
</html>
"""


def main() -> None:
    """Write gallery.html and a PNG for each kind into the folder named, reports/output/gallery by default."""
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "reports" / "output" / "gallery"
    folder.mkdir(parents=True, exist_ok=True)
    sections = {kind: _section(kind, variants) for kind, variants in GALLERY.items()}
    (folder / "gallery.html").write_text(PAGE.format(sections="\n".join(sections.values())), encoding="utf-8")
    _save_pngs({folder / f"{kind}.png": PAGE.format(sections=section) for kind, section in sections.items()})
    print(folder / "gallery.html")


def _section(kind: str, variants: dict[str, Variant]) -> str:
    drawn = "\n".join(_figure(name, build) for name, build in variants.items())
    return f"<h2>{html.escape(kind)}</h2><section>\n{drawn}\n</section>"


def _figure(name: str, build: Variant) -> str:
    picture = build()
    height = pictures.height_millimetres(picture, HEIGHT_MM)
    address = pictures.data_uri(picture, WIDTH_MM, height)
    return f'<figure><figcaption>{name}</figcaption><img alt="" src="{address}"></figure>'


def _save_pngs(pages: dict[Path, str]) -> None:
    """Each page as a picture of its whole height; without a browser on this machine none."""
    program = next(filter(None, map(shutil.which, BROWSERS)), None)
    if program is None:
        print(f"No pictures: none of {', '.join(BROWSERS)} is installed.", file=sys.stderr)
        return
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=program, args=["--no-sandbox"])
        view = browser.new_page(viewport={"width": 1260, "height": 800})
        for path, page in pages.items():
            view.set_content(page)
            view.screenshot(path=path, full_page=True)
        browser.close()


if __name__ == "__main__":
    main()
