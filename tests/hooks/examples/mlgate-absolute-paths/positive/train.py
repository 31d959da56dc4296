import sys

DATA = "/home/ana/churn/data/train.csv"  # found
WINDOWS = r"C:\Users\Ana\churn\train.csv"  # found
ESCAPED = "C:\\Users\\Ana\\train.csv"  # found
DRIVE = "D:/data/train.csv"  # found
sys.path.append("/Users/ana/churn/src")  # found
TRACKING = "file:///home/ana/mlruns"  # found
STORE = "sqlite:////home/ana/mlflow.db"  # found


def load(name: str, größe: str = "ä") -> str:
    """Docstrings may speak of /home/ana/data, as comments may."""
    return f"/home/ana/churn/{name}"  # found


LONG = """
cp /home/ana/train.csv . # found
"""
COLAB = "/content/drive/MyDrive/train.csv"  # found
