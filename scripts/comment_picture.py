"""Makes the README's picture of the comment: the demo's report, rendered as GitHub renders it, photographed.

Usage: python scripts/comment_picture.py REPORT.md OUT.png
Needs cmarkgfm (of the dev group), npm for GitHub's style sheet, and Debian's chromium and fonts-noto-color-emoji.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

STYLES = "github-markdown-css@5.8.1"
WIDTH = 920
PAGE = """<!doctype html><meta charset="utf-8"><style>{css}
body {{ margin: 0; padding: 16px; background: #fff; }}
.comment {{ border: 1px solid #d0d7de; border-radius: 6px; overflow: hidden; }}
.head {{ background: #f6f8fa; border-bottom: 1px solid #d0d7de; padding: 8px 16px; }}
.head {{ font: 14px sans-serif; color: #59636e; }}
.head b {{ color: #1f2328; }}
.markdown-body {{ padding: 16px; font-family: "DejaVu Sans", sans-serif; font-size: 14px; }}
</style><div class="comment"><div class="head"><b>github-actions</b> bot commented</div>
<article class="markdown-body">{body}</article></div>"""


def style_sheet(folder: Path) -> str:
    """Return GitHub's style sheet for Markdown, from the npm registry."""
    subprocess.run(["npm", "pack", "--silent", STYLES], cwd=folder, check=True, capture_output=True)
    with tarfile.open(next(folder.glob("*.tgz"))) as packed:
        member = packed.extractfile("package/github-markdown-light.css")
        if member is None:
            raise FileNotFoundError("github-markdown-light.css")
        return member.read().decode()


def photograph(page: Path, out: Path, height: int) -> None:
    """Write a picture of the page, cut to its content where ImageMagick can do it."""
    command = [
        "chromium", "--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--no-first-run",
        "--disable-background-networking", "--disable-component-update", "--disable-sync",
        "--force-device-scale-factor=1.5", f"--window-size={WIDTH},{height}",
        f"--user-data-dir={page.parent / 'profile'}", f"--screenshot={out}", page.as_uri(),
    ]  # fmt: skip
    subprocess.run(command, check=True, capture_output=True)


def main(report: Path, out: Path, height: int) -> None:
    """Render and photograph a report."""
    import cmarkgfm
    from cmarkgfm.cmark import Options

    body = cmarkgfm.github_flavored_markdown_to_html(report.read_text(encoding="utf-8"), Options.CMARK_OPT_UNSAFE)
    with tempfile.TemporaryDirectory() as folder:
        page = Path(folder) / "page.html"
        page.write_text(PAGE.format(css=style_sheet(Path(folder)), body=body), encoding="utf-8")
        picture = Path(folder) / "picture.png"
        photograph(page, picture, height)
        shutil.copyfile(picture, out)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3]) if len(sys.argv) > 3 else 900)
