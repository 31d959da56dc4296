import io
import pickle
import shutil
import urllib.request
from pathlib import Path
from urllib.request import urlopen

import joblib
import numpy as np
import pandas as pd
import requests
import torch
from huggingface_hub import hf_hub_download

ADDRESS = "https://example.org/model.pkl"


def at_once():
    return pickle.loads(requests.get(ADDRESS).content)  # found


def opened():
    with urlopen(ADDRESS) as answer:
        return pickle.load(answer)  # found


def through_a_buffer():
    answer = requests.get(ADDRESS, timeout=9)
    return torch.load(io.BytesIO(answer.content), map_location="cpu")  # found


def through_a_file():
    answer = requests.get(ADDRESS, timeout=9)
    with open("model.pkl", "wb") as kept:
        kept.write(answer.content)
    with open("model.pkl", "rb") as kept:
        return pickle.load(kept)  # found


def through_a_path(folder: Path):
    path = folder / "model.joblib"
    urllib.request.urlretrieve(ADDRESS, path)
    return joblib.load(path)  # found


def in_pieces(path):
    with requests.get(ADDRESS, stream=True) as answer, path.open("wb") as kept:
        for piece in answer.iter_content(1000):
            kept.write(piece)
    return joblib.load(path)  # found


def copied(path):
    with urlopen(ADDRESS) as answer, open(path, "wb") as kept:
        shutil.copyfileobj(answer, kept)


def by_a_function():
    copied("weights.pt")
    return torch.load("weights.pt")  # found


def fetched():
    return hf_hub_download("someone/model", "model.joblib")


def returned():
    return joblib.load(fetched())  # found


def by_pandas(name):
    return pd.read_pickle(f"{ADDRESS}/{name}")  # found


def by_numpy():
    return np.load(io.BytesIO(requests.get(ADDRESS).content), allow_pickle=True)  # found


def by_torch():
    return torch.hub.load_state_dict_from_url(ADDRESS)  # found


class Store:
    def get(self):
        self.answer = requests.get(ADDRESS)
        return pickle.Unpickler(io.BytesIO(self.answer.content)).load()  # found
