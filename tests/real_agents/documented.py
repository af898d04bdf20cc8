"""Tables of the documentation that say what is played here: each is compared with what the tests expect."""

from pathlib import Path

from harness import expect

DOCS = Path(__file__).resolve().parents[2] / "docs"


def table(header: list[str], rows: list[list[str]]) -> str:
    lines = ["| " + " | ".join(cells) + " |" for cells in [header, *rows]]
    lines.insert(1, "|---" * len(header) + "|")
    return "\n".join(lines) + "\n"


def expect_documented(page: str, name: str, right: str) -> None:
    """The table stands between two comments that name it."""
    begin, end = f"<!-- {name}: written by tests/real_agents -->\n", f"<!-- end of {name} -->"
    said = (DOCS / page).read_text().partition(begin)[2].partition(end)[0]
    expect(said == right, f"docs/{page} differs from what is expected here; right is", "\n" + right)
