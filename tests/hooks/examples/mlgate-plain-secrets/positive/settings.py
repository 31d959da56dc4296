"""Settings of the training job."""

API_KEY = "9fK2mQ8vL4tR7xJ1"  # found
TRACKING = {"user": "ana", "password": "tr4in-the-model!"}  # found
MODEL = "bert-base-uncased"
