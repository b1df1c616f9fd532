"""The pages of docs/ as a site: every page in its navigation, every link and anchor leads somewhere, no warning."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

from pulumi_cli import CLONE


def _build(configuration: Path, site: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "mkdocs", "build", "--strict", "-f", str(configuration), "-d", str(site)]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)


def test_it_builds_without_a_warning(tmp_path: Path) -> None:
    done = _build(CLONE / "mkdocs.yml", tmp_path / "site")
    assert done.returncode == 0, done.stderr
    assert "WARNING" not in done.stderr
    pages = {file.relative_to(CLONE / "docs").with_suffix("") for file in (CLONE / "docs").rglob("*.md")}
    # index.md and README.md are their folder's own page.
    made = {file.parent.relative_to(tmp_path / "site") for file in (tmp_path / "site").rglob("index.html")}
    assert {page.parent if page.name in ("index", "README") else page for page in pages} == made


def test_what_leads_nowhere_or_is_in_no_menu_stops_it(tmp_path: Path) -> None:
    shutil.copytree(CLONE / "docs", tmp_path / "docs")
    shutil.copy(CLONE / "mkdocs.yml", tmp_path)
    (tmp_path / "scripts").symlink_to(CLONE / "scripts")
    forgotten = tmp_path / "docs" / "forgotten.md"
    forgotten.write_text("[a](no-page.md), [b](sizing.md#no-such-heading), [`c`](../Pulumi.yaml)\n")
    done = _build(tmp_path / "mkdocs.yml", tmp_path / "site")
    assert done.returncode != 0
    for words in ("forgotten.md", "no-page.md", "#no-such-heading"):
        assert words in done.stderr
    assert "Pulumi.yaml" not in done.stderr
    forgotten.write_text("[d](../no-such-file.yaml)\n")
    assert "leads to no file" in _build(tmp_path / "mkdocs.yml", tmp_path / "site").stderr
