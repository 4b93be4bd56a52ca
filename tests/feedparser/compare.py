"""Reads feeds with presswire and with Python's feedparser, and tells every difference.

By hand, not in CI: `pip install feedparser`, then

    cargo build --release
    python tests/feedparser/compare.py target/release/presswire tests/fixtures/feeds/*/*.xml

feedparser is the yardstick of the field, not the law: each difference is a question, and the fixture
that answers it says in its comment why. Titles are compared without tags, references and white space
(feedparser gives HTML there), dates to the second, published else updated.
"""

import calendar
import datetime
import html
import json
import re
import subprocess
import sys
import warnings

import feedparser

AT_A_TIME = 200


def ours(program, files):
    """The answer of `presswire read --json` for each file, in order."""
    answers = []
    for start in range(0, len(files), AT_A_TIME):
        command = [program, "read", "--json", *files[start : start + AT_A_TIME]]
        run = subprocess.run(command, capture_output=True, text=True, check=False)
        answers += [json.loads(line) for line in run.stdout.splitlines()]
    return answers


def second(parsed):
    if not parsed:
        return None
    moment = datetime.datetime.fromtimestamp(calendar.timegm(parsed), datetime.timezone.utc)
    return moment.strftime("%Y-%m-%dT%H:%M:%S")


def bare(text):
    return "".join(html.unescape(re.sub(r"<[^>]*>", "", text or "")).split()) or None


def fields(entry, theirs):
    """(name, ours, theirs) of what must agree in one entry."""
    date = entry["published"] or entry["updated"]
    theirs_date = theirs.get("published_parsed") or theirs.get("updated_parsed")
    files = [enclosure["url"] for enclosure in entry["enclosures"]]
    theirs_files = [link.get("href") for link in theirs.get("enclosures", [])]
    source = (entry["source"] or {}).get("title")
    yield "title", bare(entry["title"]), bare(theirs.get("title"))
    yield "id", entry["id"], theirs.get("id") or None
    yield "link", entry["link"], theirs.get("link") or None
    yield "date", date and date[:19], second(theirs_date)
    yield "enclosures", files, theirs_files
    yield "source", bare(source), bare((theirs.get("source") or {}).get("title"))


def differences(answer, theirs):
    entries = answer.get("entries", [])
    if len(entries) != len(theirs.entries):
        yield f"entries: {len(entries)}, feedparser {len(theirs.entries)}"
    for number, pair in enumerate(zip(entries, theirs.entries)):
        for name, mine, other in fields(*pair):
            if mine != other:
                yield f"{number} {name}: {mine!r}, feedparser {other!r}"


def main():
    warnings.simplefilter("ignore")
    program, files = sys.argv[1], sys.argv[2:]
    entries = found = 0
    for file, answer in zip(files, ours(program, files)):
        with open(file, "rb") as feed:
            try:
                theirs = feedparser.parse(feed.read())
            except Exception as fault:  # feedparser has no error of its own to name
                print(f"{file}: feedparser raises {type(fault).__name__}")
                continue
        entries += len(theirs.entries)
        for difference in differences(answer, theirs):
            found += 1
            print(f"{file}: {difference}")
    print(f"{len(files)} files, {entries} entries, {found} differences")


if __name__ == "__main__":
    main()
