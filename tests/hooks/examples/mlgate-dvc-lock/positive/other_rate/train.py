from pathlib import Path

Path("model.txt").write_text("0.1\n")
