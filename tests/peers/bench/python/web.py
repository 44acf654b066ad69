"""FastAPI's answer to "are you there", served by uvicorn with one worker."""

from fastapi import FastAPI

app = FastAPI()


@app.get("/health")
async def health():
    return {"status": "ok"}
