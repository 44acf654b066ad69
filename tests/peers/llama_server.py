#!/usr/bin/env python3
"""llama.cpp's own HTTP server out of the prebuilt wheel `xllamacpp`, with the command line of `llama-server`.

    pip install xllamacpp
    llama_server.py --model FILE.gguf [--host 127.0.0.1] [--port 8080] [--threads N] [--ctx-size N]

So that tests can run the real server where no llama.cpp is installed. Runs until SIGTERM or SIGINT. Where this Python
has no xllamacpp, that of ~/.cache/rosie/llm-venv is taken.
"""

import argparse
import os
import signal
import sys


def arguments():
    parser = argparse.ArgumentParser(description="llama.cpp's HTTP server from the wheel xllamacpp")
    parser.add_argument("-m", "--model", required=True, help="a GGUF file")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8080)
    parser.add_argument("-t", "--threads", type=int, default=0, help="0: as many as there are cores")
    parser.add_argument("-c", "--ctx-size", type=int, default=4096)
    return parser.parse_args()


def own_python():
    """The Python of the environment that the project's set-up makes for this server, if it is there."""
    cache = os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache")
    python = os.path.join(cache, "rosie", "llm-venv", "bin", "python")
    return python if os.path.isfile(python) else None


def main():
    args = arguments()
    if not os.path.isfile(args.model):
        sys.exit(f"llama_server.py: no model at {args.model}")
    try:
        import xllamacpp
    except ImportError:
        python = own_python()
        if python and os.path.realpath(sys.prefix) != os.path.realpath(os.path.dirname(os.path.dirname(python))):
            os.execv(python, [python, os.path.abspath(__file__), *sys.argv[1:]])
        sys.exit("llama_server.py: the Python package xllamacpp is missing: pip install xllamacpp")
    # Blocked before the server starts its threads, so that sigwait below is what gets them.
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTERM, signal.SIGINT})
    params = xllamacpp.CommonParams()
    params.model.path = args.model
    params.hostnames = [args.host]
    params.port = args.port
    params.n_ctx = args.ctx_size
    params.n_parallel = 1
    params.n_gpu_layers = 0
    params.use_jinja = True
    threads = args.threads or os.cpu_count() or 1
    params.cpuparams.n_threads = threads
    params.cpuparams_batch.n_threads = threads
    server = xllamacpp.Server(params)
    print(f"listening on {server.listening_address}", flush=True)
    signal.sigwait({signal.SIGTERM, signal.SIGINT})
    # The server has no orderly end of its own; nothing is lost.
    os._exit(0)


if __name__ == "__main__":
    main()
