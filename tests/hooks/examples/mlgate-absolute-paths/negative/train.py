#!/home/ana/.venv/bin/python
"""Reads what stands in /home/ana/churn."""

# Once lay in /home/ana/churn/train.csv.
URL = "https://example.org/home/ana/train.csv"
API = "https://example.org/Users/ana"
BUCKET = "s3://bucket/home/ana/train.csv"
RELATIVE = "data/home/train.csv"
PROMPT = "Q:\nWhat is it?\nA:\nnothing/none"
PATTERN = r"^/home/[^/]+/data"
ANYONE = "/home/{user}/data"
IMAGE = "/home/jovyan/work"
SYSTEM = "/tmp/train.csv"
RATIO = "A:/B"


def route(path: str) -> object:
    return path


@route("/home/dashboard")
def dashboard(name: str) -> str:
    """See /home/ana/notes."""
    return f"/home/{name}/train.csv"
