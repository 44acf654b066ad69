#!/usr/bin/env python3
"""A real, throw-away Home Assistant with a small house in it, for tests. Run it with the Python of the environment that
ci/test-home-assistant.sh makes.

    ha.py FOLDER --port PORT [--mqtt PORT]     starts the Home Assistant of FOLDER; an empty FOLDER becomes a new one first

When it runs, one line of JSON says where: {"url": …, "token": …, "user_token": …, "version": …}. It ends, and with it
Home Assistant, when its standard input is closed: so nothing outlives the test, however that ends.
"""
import argparse
import asyncio
import json
import os
import pathlib
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.parse
import urllib.request

import aiohttp

from house import CONFIGURATION, STATESTREAM, furnish

PATIENCE = 240


def call(base, method, path, body=None, token=None, form=False):
    headers, data = {}, None
    if body is not None:
        data = urllib.parse.urlencode(body).encode() if form else json.dumps(body).encode()
        headers["Content-Type"] = "application/x-www-form-urlencoded" if form else "application/json"
    if token:
        headers["Authorization"] = f"Bearer {token}"
    request = urllib.request.Request(base + path, data, headers, method=method)
    try:
        with urllib.request.urlopen(request, timeout=60) as answer:
            text = answer.read().decode()
    except urllib.error.HTTPError as error:
        raise RuntimeError(f"{method} {path}: {error.code} {error.read().decode()[:300]}") from error
    return json.loads(text) if text[:1] in "[{" else text


class Socket:
    """Commands over the WebSocket API."""

    def __init__(self, base, token):
        self.base, self.token, self.id = base, token, 0

    async def __aenter__(self):
        self.session = aiohttp.ClientSession()
        self.socket = await self.session.ws_connect(self.base + "/api/websocket")
        await self.socket.receive_json()
        await self.socket.send_json({"type": "auth", "access_token": self.token})
        answer = await self.socket.receive_json()
        if answer["type"] != "auth_ok":
            raise RuntimeError(str(answer))
        return self

    async def __aexit__(self, *_):
        await self.session.close()

    async def ask(self, kind, **more):
        self.id += 1
        await self.socket.send_json({"id": self.id, "type": kind, **more})
        while True:
            answer = await self.socket.receive_json()
            if answer.get("id") == self.id and answer["type"] == "result":
                break
        if not answer["success"]:
            raise RuntimeError(f"{kind}: {answer['error']}")
        return answer["result"]


def wait(what, child):
    until = time.time() + PATIENCE
    while time.time() < until:
        if child.poll() is not None:
            raise SystemExit("Home Assistant ended: see hass.log")
        try:
            if found := what():
                return found
        except (OSError, RuntimeError, KeyError):
            pass
        time.sleep(0.2)
    raise SystemExit("Home Assistant does not come up: see hass.log")


def onboard(base, folder):
    """The first user, and tokens: of an administrator, and of a user who is none."""
    client = base + "/"
    owner = {"client_id": client, "name": "Test", "username": "test", "password": "test-house-1", "language": "en"}
    code = call(base, "POST", "/api/onboarding/users", owner)["auth_code"]
    grant = {"client_id": client, "grant_type": "authorization_code", "code": code}
    token = call(base, "POST", "/auth/token", grant, form=True)["access_token"]
    for step in ("core_config", "analytics"):
        try:
            call(base, "POST", f"/api/onboarding/{step}", {}, token)
        except RuntimeError as error:
            # Older versions want to set up integrations whose packages are not installed here.
            print(f"tolerated: {error}", file=sys.stderr)
    call(base, "POST", "/api/onboarding/integration", {"client_id": client, "redirect_uri": client}, token)
    return token


async def tokens(base, token):
    async with Socket(base, token) as socket:
        return await socket.ask("auth/long_lived_access_token", client_name="rosie", lifespan=365)


async def second_user(base, token):
    """Somebody who is no administrator, and a token of theirs."""
    async with Socket(base, token) as socket:
        user = (await socket.ask("config/auth/create", name="Guest", group_ids=["system-users"]))["user"]
        secret = {"username": "guest", "password": "guest-house-1"}
        await socket.ask("config/auth_provider/homeassistant/create", user_id=user["id"], **secret)
    client = base + "/"
    start = {"client_id": client, "handler": ["homeassistant", None], "redirect_uri": client}
    flow = call(base, "POST", "/auth/login_flow", start)["flow_id"]
    code = call(base, "POST", f"/auth/login_flow/{flow}", {"client_id": client, **secret})["result"]
    grant = {"client_id": client, "grant_type": "authorization_code", "code": code}
    theirs = call(base, "POST", "/auth/token", grant, form=True)["access_token"]
    return await tokens(base, theirs)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--mqtt", type=int, help="a broker on this machine; from the second start on, states are shown there")
    given = parser.parse_args()
    folder, base = given.folder.absolute(), f"http://127.0.0.1:{given.port}"
    config, kept = folder / "config", folder / "tokens.json"
    config.mkdir(parents=True, exist_ok=True)
    more = STATESTREAM if given.mqtt and kept.exists() else ""
    (config / "configuration.yaml").write_text(CONFIGURATION.replace("PORT", str(given.port)) + more)
    hass = pathlib.Path(sys.executable).with_name("hass")
    with open(folder / "hass.log", "a") as log:
        command = [hass, "-c", config, "--skip-pip", "--log-no-color"]
        child = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True)
    try:
        if not kept.exists():
            wait(lambda: call(base, "GET", "/api/onboarding") is not None, child)
            token = onboard(base, folder)
            token = asyncio.run(tokens(base, token))
            wait(lambda: call(base, "GET", "/api/config", token=token)["state"] == "RUNNING", child)
            asyncio.run(furnish(Socket(base, token), lambda *step, **more: call(base, *step, token=token, **more)))
            if given.mqtt:
                flow = call(base, "POST", "/api/config/config_entries/flow", {"handler": "mqtt"}, token=token)
                answers = {"broker": "127.0.0.1", "port": given.mqtt}
                done = call(base, "POST", f"/api/config/config_entries/flow/{flow['flow_id']}", answers, token=token)
                if done["type"] != "create_entry":
                    raise SystemExit(f"no MQTT: {done}")
            guest = asyncio.run(second_user(base, token))
            kept.write_text(json.dumps({"token": token, "user_token": guest}))
            kept.chmod(0o600)
        known = json.loads(kept.read_text())
        about = wait(lambda: call(base, "GET", "/api/config", token=known["token"]), child)
        wait(lambda: call(base, "GET", "/api/config", token=known["token"])["state"] == "RUNNING", child)
        print(json.dumps({"url": base, "version": about["version"], **known}), flush=True)
        # "freeze" and "thaw" are written here, and written back when it is so; the end is that of whoever started it.
        for line in sys.stdin:
            sent, done = {"freeze": (signal.SIGSTOP, os.WSTOPPED), "thaw": (signal.SIGCONT, os.WCONTINUED)}[line.strip()]
            child.send_signal(sent)
            os.waitid(os.P_PID, child.pid, done)
            print(line.strip(), flush=True)
    finally:
        child.send_signal(signal.SIGCONT)
        child.send_signal(signal.SIGTERM)
        try:
            child.wait(30)
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()


if __name__ == "__main__":
    main()
