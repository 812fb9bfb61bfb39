"""What the end-to-end tests share: a private PADDOCK_HOME, the command line, local servers, and a workspace.

Everything is real: the programs of the build tree, QEMU, the guest image, the agents' own command lines. Only the model API
is a scripted stand-in, and it is reached through the gateway like the real one.
"""
import http.server
import ipaddress
import json
import os
import pathlib
import re
import shutil
import signal
import socket
import ssl
import subprocess
import sys
import tempfile
import threading
import time

TESTS = pathlib.Path(__file__).resolve().parent.parent
FAKE_API = TESTS / "fakes" / "fake-model-api" / "fake_anthropic.py"
BIN = pathlib.Path(os.environ["PADDOCK_BIN"])


def until(condition, seconds, what):
    """Waits for a condition and returns its value; fails with `what` after `seconds`."""
    deadline = time.monotonic() + seconds
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > deadline:
            raise AssertionError(f"not within {seconds} s: {what}")
        time.sleep(0.05)


def shared_templates():
    """Where the tests' template is kept from run to run; on the file system of the homes, which link to it. Who tries several
    builds of the guest at once gives each its own with PADDOCK_TEST_TEMPLATES."""
    directory = pathlib.Path(os.environ.get("PADDOCK_TEST_TEMPLATES", f"/tmp/paddock-test-templates-{os.getuid()}"))
    directory.mkdir(mode=0o700, exist_ok=True)
    assert directory.lstat().st_uid == os.getuid() and not directory.is_symlink(), directory
    return directory


class Home:
    """A fresh PADDOCK_HOME and a workspace beside it; removing it stops everything that was started in it.

    Its sandboxes are forked from the tests' template, or boot with PADDOCK_TEST_START=boot. With PADDOCK_TEST_START=resume they
    are forked, suspended and resumed before they are tested.
    """

    def __init__(self):
        self.root = pathlib.Path(tempfile.mkdtemp(prefix="pdk", dir="/tmp"))
        self.workspace = self.root / "src" / "web-shop"
        self.workspace.mkdir(parents=True)
        self.environment = {
            key: value for key, value in os.environ.items()
            if key in ("PATH", "LANG", "LC_ALL", "TERM", "PADDOCK_IMAGE", "DISPLAY", "XAUTHORITY", "HOME",
                       "DBUS_SESSION_BUS_ADDRESS", "QT_QPA_PLATFORM", "ASAN_OPTIONS")
        } | {"PADDOCK_HOME": str(self.root / "p")}
        self.servers = []
        self.templates = self.root / "p" / "data" / "templates"
        if os.environ.get("PADDOCK_TEST_START") != "boot":
            # Hard links: a template's parts are known by their inodes.
            shutil.copytree(shared_templates(), self.templates, copy_function=os.link, ignore=shutil.ignore_patterns(".*"))
            for directory in (self.root / "p", self.templates.parent, self.templates):
                directory.chmod(0o700)
        self.paddock("config", "set", "templates.automatic", "false")
        self.paddock("config", "set", "acceleration.accept_emulation", "true")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        listing = self.paddock("ls", "--json", check=False, quiet=True)
        try:
            names = [entry["id"] for entry in json.loads(listing.stdout)["sandboxes"]]
        except (ValueError, KeyError):
            names = []
        if sys.exc_info()[0]:
            self.show_logs()
        for name in names:
            self.paddock("rm", "--force", name, check=False, quiet=True)
        for server in self.servers:
            server.terminate()
        shutil.rmtree(self.root, ignore_errors=True)

    def show_logs(self):
        """The ends of all logs, so that a failure in CI can be understood."""
        for log in sorted(self.root.glob("p/**/log/*")):
            text = log.read_bytes()[-6000:].decode(errors="replace")
            print(f"--- {log.relative_to(self.root)}\n{text}", file=sys.stderr)

    def paddock(self, *arguments, check=True, quiet=False, seconds=600, extra=None, **options):
        """Runs the command line to its end; standard input is empty unless `input` is given."""
        if "input" not in options:
            options["stdin"] = subprocess.DEVNULL
        done = subprocess.run([BIN / "paddock", *map(str, arguments)], env=self.environment | (extra or {}), text=True,
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=seconds, **options)
        if not quiet:
            print(f"$ paddock {' '.join(map(str, arguments))}\n{done.stdout}{done.stderr}[{done.returncode}]", flush=True)
        if check and done.returncode != 0:
            raise AssertionError(f"paddock {arguments[0]} ended with {done.returncode}: {done.stderr}")
        return done

    def create(self, agent, name, *options):
        """Creates a sandbox of the workspace, and has it in the state that the tests are to begin with."""
        self.paddock("create", agent, self.workspace, "--name", name, *options)
        self.paddock("wait", name, "--for", "synced")
        wanted = os.environ.get("PADDOCK_TEST_START", "fork")
        if wanted == "resume":
            self.paddock("suspend", name)
            self.paddock("resume", name)
            self.paddock("wait", name, "--for", "synced")
        start = self.call("status")["start"]
        assert start == wanted, f"{name} began by {start}"
        if start != "boot":
            until(lambda: self.call("status")["docker"] == "ready", 5, "Docker, which has run all along")

    def sandbox_directory(self):
        directories = list((self.root / "p").glob("**/sandboxes/*/sandbox.json"))
        assert len(directories) == 1, directories
        return directories[0].parent

    def call(self, method, **parameters):
        """One call of the warden's local API."""
        identity = self.sandbox_directory().name
        path = next((self.root / "p").glob(f"**/{identity}/warden.sock"), None)
        if path is None:
            path = json.loads(self.paddock("inspect", "--json", identity, quiet=True).stdout)["socket"]
        with socket.socket(socket.AF_UNIX) as connection:
            connection.settimeout(60)
            connection.connect(str(path))
            connection.sendall(json.dumps({"jsonrpc": "2.0", "id": 1, "method": method, "params": parameters}).encode() + b"\n")
            buffer = b""
            while b"\n" not in buffer:
                chunk = connection.recv(65536)
                assert chunk, "the warden closed the connection"
                buffer += chunk
            answer = json.loads(buffer.split(b"\n")[0])
        assert "error" not in answer, answer
        return answer["result"]

    def redirect(self, *hosts):
        """Sends connections to `host:port` to a local server: the host's own setting, exempt from the address guards."""
        value = json.dumps([f"{host}={address}" for host, address in hosts])
        self.paddock("config", "set", "gateway.upstream.resolve", value)

    def certificates_for(self, host):
        """The directory with a certificate for `host`; the gateway believes in the authority it is of."""
        certificates = self.root / "tls"
        certificates.mkdir()
        make_certificate(certificates, host)
        self.paddock("config", "set", "gateway.upstream.ca_file", certificates / "ca.pem")
        return certificates

    def until_docker(self, name):
        """Waits for the Docker of a sandbox, in it."""
        script = "for i in $(seq 150); do docker info >/dev/null 2>&1 && exit 0; sleep 0.4; done; docker info"
        self.paddock("exec", name, "--", "sh", "-c", script)

    def model_api(self, script, expect_key):
        """Starts the scripted model API with a certificate of its own authority, and points the gateway at it."""
        certificates = self.certificates_for("api.anthropic.com")
        turns = certificates / "script.json"
        turns.write_text(json.dumps(script))
        log = certificates / "api.log"
        server = subprocess.Popen([sys.executable, FAKE_API, "0", turns, "--cert", certificates / "leaf.pem", "--key",
                                   certificates / "leaf.key", "--expect-key", expect_key, "--log", log],
                                  stdout=subprocess.PIPE, text=True)
        self.servers.append(server)
        port = int(re.search(r":(\d+)$", server.stdout.readline().strip()).group(1))
        self.redirect(("api.anthropic.com:443", f"127.0.0.1:{port}"))
        return log


def make_certificate(directory, host):
    """ca.pem, and leaf.pem with leaf.key for `host`, by the openssl program."""
    def openssl(*arguments):
        subprocess.run(["openssl", *map(str, arguments)], check=True, cwd=directory, stdout=subprocess.DEVNULL,
                       stderr=subprocess.DEVNULL)

    openssl("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", 2, "-keyout", "ca.key",
            "-out", "ca.pem", "-subj", "/CN=Paddock test root", "-addext", "basicConstraints=critical,CA:TRUE",
            "-addext", "keyUsage=critical,keyCertSign")
    (directory / "leaf.ext").write_text(f"subjectAltName=DNS:{host}\nextendedKeyUsage=serverAuth\n")
    openssl("req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", "leaf.key", "-out", "leaf.csr",
            "-subj", f"/CN={host}")
    openssl("x509", "-req", "-in", "leaf.csr", "-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial", "-days", 2, "-out",
            "leaf.pem", "-extfile", "leaf.ext")


class WebServer:
    """A small web server on loopback that counts its connections, plain or with a certificate."""

    def __init__(self, text, certificates=None):
        counter = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self):
                counter.requests.append((self.headers.get("host"), self.path))
                self.send_response(200)
                self.send_header("content-length", str(len(text)))
                self.end_headers()
                self.wfile.write(text.encode())

            def log_message(self, *_):
                pass

        self.requests = []
        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        if certificates:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(certificates / "leaf.pem", certificates / "leaf.key")
            self.server.socket = context.wrap_socket(self.server.socket, server_side=True)
        self.address = f"127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def terminate(self):
        self.server.shutdown()


def contains(path, needle):
    """Whether a file holds the bytes, read in blocks that overlap."""
    overlap = b""
    with open(path, "rb") as file:
        while block := file.read(8 << 20):
            if needle in overlap + block:
                return True
            overlap = block[-len(needle):]
    return False


def guard_rules(host):
    """The CIDR rules that lift the guard where this machine's resolver answers for `host` with a non-public address."""
    addresses = {info[4][0] for info in socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)}
    return [f"{address}/{32 if ipaddress.ip_address(address).version == 4 else 128}"
            for address in sorted(addresses) if not ipaddress.ip_address(address).is_global]
