import hashlib
import io
import json
import pickle

import joblib
import numpy as np
import requests
import torch
from huggingface_hub import hf_hub_download

ADDRESS = "https://example.org/model.pkl"
EXPECTED = "0" * 64


def local():
    print(ADDRESS)
    with open("model.pkl", "rb") as kept:
        return pickle.load(kept)


def other_data():
    rates = requests.get("https://example.org/rates.json").json()
    with open("rates.json", "w") as kept:
        json.dump(rates, kept)
    return joblib.load("model.joblib"), rates


def sent(model):
    requests.post(ADDRESS, data=pickle.dumps(model))
    return joblib.load("model.joblib")


def weights():
    return torch.load(io.BytesIO(requests.get(ADDRESS).content), weights_only=True)


def numbers():
    return np.load(io.BytesIO(requests.get(ADDRESS).content))


def looked_at():
    content = requests.get(ADDRESS).content
    if hashlib.sha256(content).hexdigest() != EXPECTED:
        raise ValueError("not the model that was expected")
    return pickle.loads(content)


def verified(content):
    if hashlib.sha256(content).hexdigest() != EXPECTED:
        raise ValueError("not the model that was expected")


def looked_at_elsewhere():
    content = requests.get(ADDRESS).content
    verified(content)
    return pickle.loads(content)


def pinned():
    path = hf_hub_download("someone/model", "m.joblib", revision="0123456789abcdef0123456789abcdef01234567")
    return joblib.load(path)
