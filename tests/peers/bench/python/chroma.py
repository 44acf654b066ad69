"""ChromaDB's side of the benchmark of memory: `chroma.py FOLDER COUNT`.

The same vectors, batches and questions as `memory_bench run`; a PersistentClient, as people use it in one process. Says
a line of JSON when it is filled, one for each line `ask` on standard input, and a report at its end.
"""

import json
import os
import sys
import time
from pathlib import Path

import chromadb
import numpy
from chromadb.config import Settings

DIMENSION, K, ROOM, BATCH, SINGLE = 384, 5, 3, 100, 50


def resident():
    line = next(line for line in open("/proc/self/status") if line.startswith("VmRSS"))
    return int(line.split()[1]) / 1e3


def on_disk(place):
    """What the folder takes of the disk, in megabytes."""
    return sum(f.stat().st_blocks for f in place.rglob("*") if f.is_file()) * 512 / 1e6


def room_of(message):
    return message // 2 % 10


def add(collection, vectors, first):
    numbers = range(first, first + len(vectors))
    collection.add(
        ids=[str(i) for i in numbers],
        embeddings=vectors,
        documents=[
            f"Message number {i}: the quick brown fox said something that is worth keeping for later." for i in numbers
        ],
        metadatas=[
            {
                "conversation": f"conversation {i // 16}",
                "room": room_of(i),
                "speaker": i % 2,
                "unix_ms": 1_700_000_000_000 + 1000 * i,
            }
            for i in numbers
        ],
    )


def ask(collection, questions, truth, **filters):
    times, share = [], 0.0
    for question, right in zip(questions, truth):
        started = time.perf_counter()
        found = collection.query(query_embeddings=[question], n_results=K, include=["distances"], **filters)
        times.append((time.perf_counter() - started) * 1e3)
        share += len({int(key) for key in found["ids"][0]} & set(right)) / len(right)
    return times, share / len(questions)


def say(report):
    print(json.dumps(report), flush=True)


def main():
    folder, count = Path(sys.argv[1]), int(sys.argv[2])
    vectors = numpy.fromfile(folder / "vectors.f32", dtype="<f4").reshape(-1, DIMENSION)
    stored, questions = vectors[:count], vectors[count:]
    truth = json.loads((folder / "truth.json").read_text())
    place = folder / "chroma"
    os.makedirs(place, exist_ok=True)
    base = resident()
    client = chromadb.PersistentClient(path=str(place), settings=Settings(anonymized_telemetry=False))
    collection = client.create_collection("memory", metadata={"hnsw:space": "cosine"})
    started = time.perf_counter()
    for first in range(0, count, BATCH):
        add(collection, stored[first : first + BATCH], first)
    inserted = time.perf_counter() - started
    single = []
    for i in range(SINGLE):
        started = time.perf_counter()
        add(collection, stored[i : i + 1], count + i)
        single.append((time.perf_counter() - started) * 1e3)
    collection.delete(ids=[str(count + i) for i in range(SINGLE)])
    say({"insert_per_s": count / inserted, "single_ms": single})
    for _ in sys.stdin:
        open_ms, open_recall = ask(collection, questions, truth["open"])
        room_ms, room_recall = ask(collection, questions, truth["room"], where={"room": ROOM})
        say({"open_ms": open_ms, "open_recall": open_recall, "room_ms": room_ms, "room_recall": room_recall})
    say({"memory_mb": resident() - base, "disk_mb": on_disk(place)})


main()
