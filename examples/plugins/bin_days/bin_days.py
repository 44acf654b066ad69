"""Says which bin goes out when. Rosie speaks the Model Context Protocol with it: one JSON message a line."""
import datetime
import json
import sys

# Which weekday each bin goes out; Monday is 0.
DAYS = {"paper": 4, "glass": 1, "rest": 2}
WORDS = {
    "en": {
        "days": ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"],
        "bins": {"paper": "paper", "glass": "glass", "rest": "rubbish"},
        "say": "The {bin} bin goes out on {day}.",
        "today": "The {bin} bin goes out today.",
    },
    "de": {
        "days": ["Montag", "Dienstag", "Mittwoch", "Donnerstag", "Freitag", "Samstag", "Sonntag"],
        "bins": {"paper": "Papier", "glass": "Glas", "rest": "Restmüll"},
        "say": "{bin} wird am {day} abgeholt.",
        "today": "{bin} wird heute abgeholt.",
    },
}
TOOLS = [{
    "name": "next_bin",
    "description": "Tells on which day a bin goes out.",
    "inputSchema": {
        "type": "object",
        "properties": {"bin": {"type": "string", "enum": sorted(DAYS)}, "language": {"type": "string", "enum": ["en", "de"]}},
        "required": ["bin"],
    },
}]


def next_bin(bin, language="en"):
    words = WORDS[language]
    today = datetime.date.today().weekday()
    left = (DAYS[bin] - today) % 7
    sentence = words["say"] if left else words["today"]
    return sentence.format(bin=words["bins"][bin], day=words["days"][DAYS[bin]])


def answer(method, params):
    if method == "initialize":
        return {
            "protocolVersion": params["protocolVersion"],
            "capabilities": {"tools": {}},
            "serverInfo": {"name": "bin_days", "version": "1.0"},
        }
    if method == "tools/list":
        return {"tools": TOOLS}
    if method == "tools/call":
        return {"content": [{"type": "text", "text": next_bin(**params["arguments"])}]}
    return {}


for line in sys.stdin:
    message = json.loads(line)
    if "id" in message:  # What has no id wants no answer.
        result = answer(message["method"], message.get("params", {}))
        print(json.dumps({"jsonrpc": "2.0", "id": message["id"], "result": result}), flush=True)
