"""A home with many sandboxes whose wardens are this process; some of them take connections and never answer."""
import atexit
import contextlib
import fcntl
import json
import os
import pathlib
import shutil
import socket
import tempfile
import threading


class Wardens:
    def __init__(self, count=50, hung=5):
        self.root = pathlib.Path(tempfile.mkdtemp(prefix="pdk"))
        atexit.register(shutil.rmtree, self.root, ignore_errors=True)
        self.environment = {**os.environ, "PADDOCK_HOME": str(self.root / "p"), "QT_QPA_PLATFORM": "offscreen"}
        self.kept = []
        for number in range(count):
            self.add(number, number < hung)

    def add(self, number, hung):
        identity = f"bench{number:03d}"
        workspace = self.root / "src" / f"project-{number}"
        folder = self.root / "p" / "data" / "sandboxes" / identity
        runtime = self.root / "p" / "run" / identity
        for path in (workspace, folder, runtime):
            path.mkdir(parents=True)
            path.chmod(0o700)
        for path in (self.root / "p", self.root / "p" / "run", self.root / "p" / "data", self.root / "p" / "data" / "sandboxes"):
            path.chmod(0o700)
        settings = {"schema": 1, "id": identity, "name": f"project-{number}", "agent": "shell", "workspace": str(workspace),
                    "network": "listed", "cpus": 2, "memoryMiB": 2048, "diskGiB": 20, "image": "", "machineType": "",
                    "allowSecretFiles": False, "createdMs": 1}
        (folder / "sandbox.json").write_text(json.dumps(settings))
        lock = open(folder / "lock", "w")
        fcntl.flock(lock, fcntl.LOCK_EX)
        server = socket.socket(socket.AF_UNIX)
        server.bind(str(runtime / "warden.sock"))
        server.listen(16)
        self.kept += [lock, server]
        if not hung:
            status = settings | {"state": "running", "stage": "ready", "docker": "ready", "acceleration": "tcg", "pid": os.getpid(),
                                 "agentState": {"state": "working"}, "sync": {"state": "idle"}, "since": 1, "version": "0.1.0"}
            threading.Thread(target=self.serve, args=(server, status), daemon=True).start()

    def serve(self, server, status):
        while True:
            connection, _ = server.accept()
            threading.Thread(target=self.answer, args=(connection, status), daemon=True).start()

    def answer(self, connection, status):
        with contextlib.suppress(ConnectionError):  # the program under test ends when it has what it wants
            for line in connection.makefile():
                request = json.loads(line)
                result = {"hello": {"id": status["id"], "version": "0.1.0", "pid": os.getpid()}, "status": status,
                          "terminal.list": {"terminals": []}, "connections": {"records": []}}.get(request["method"], {})
                connection.sendall(json.dumps({"jsonrpc": "2.0", "id": request["id"], "result": result}).encode() + b"\n")
