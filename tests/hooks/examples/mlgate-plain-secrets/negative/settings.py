"""Settings of the training job."""

import os
from getpass import getpass

API_KEY = os.environ["API_KEY"]
PASSWORD = os.getenv("PASSWORD", "")
TOKEN = getpass("Token: ")
SECRET = load_secret("warehouse-reader-2024")
SPECIAL = {"pad_token": "[PAD]", "bos_token": "<s>", "tokenizer": "gpt2-medium-355M"}
HEADERS = {"Authorization": f"Bearer {TOKEN}"}
KEY_COLUMN: str = "flight_id"
PAD_TOKEN: str = "<pad_0001>"
EXAMPLE = "Authorization: Bearer <your-token-goes-in-here>"
RUN = "6f2b3c4d5e6f7a8b9c0d1e2f3a4b5c6d"
