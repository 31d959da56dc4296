"""Settings of the training job."""

API_KEY = "9fK2mQ8vL4tR7xJ1"  # found
TRACKING = {"user": "ana", "password": "tr4in-the-model!"}  # found
TOKEN: str | None = "9fK2mQ8vL4tR7xJ1"  # found
HEADERS = {"Authorization": "Bearer 9fK2mQ8vL4tR7xJ1wZ5c"}  # found
MODEL = "bert-base-uncased"
