"""A container registry on loopback with one image of one layer; it asks for a token, as real ones do, and counts the blobs it sends."""
import hashlib
import http.server
import io
import json
import os
import ssl
import tarfile
import threading

TOKEN = "pull-token"


def digest_of(content):
    return "sha256:" + hashlib.sha256(content).hexdigest()


def layer(size):
    """A file system with one file that does not compress."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as archive:
        entry = tarfile.TarInfo("data")
        entry.size = size
        archive.addfile(entry, io.BytesIO(os.urandom(size)))
    return buffer.getvalue()


class ImageRegistry:
    """Serves `demo:latest`."""

    def __init__(self, certificates, host, layer_bytes=8 << 20):
        content = layer(layer_bytes)
        configuration = json.dumps({
            "architecture": "amd64", "os": "linux", "config": {"Cmd": ["/data"]},
            "rootfs": {"type": "layers", "diff_ids": [digest_of(content)]}, "history": [{"created_by": "test"}]}).encode()
        self.blobs = {digest_of(blob): blob for blob in (content, configuration)}
        self.layer = digest_of(content)
        self.manifest = json.dumps({
            "schemaVersion": 2, "mediaType": "application/vnd.oci.image.manifest.v1+json",
            "config": {"mediaType": "application/vnd.oci.image.config.v1+json", "size": len(configuration),
                       "digest": digest_of(configuration)},
            "layers": [{"mediaType": "application/vnd.oci.image.layer.v1.tar", "size": len(content),
                        "digest": digest_of(content)}]}).encode()
        self.host = host
        self.sent = []  # digests of the blobs that went out whole
        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), self.handler())
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificates / "leaf.pem", certificates / "leaf.key")
        self.server.socket = context.wrap_socket(self.server.socket, server_side=True)
        self.address = f"127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def terminate(self):
        self.server.shutdown()

    def handler(self):
        registry = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self):
                path = self.path.partition("?")[0]
                if path == "/token":
                    self.reply(200, json.dumps({"token": TOKEN}).encode(), {"content-type": "application/json"})
                elif self.headers.get("authorization") != "Bearer " + TOKEN:
                    self.reply(401, b"{}", {"www-authenticate":
                                            f'Bearer realm="https://{registry.host}/token",service="{registry.host}"'})
                elif path == "/v2/":
                    self.reply(200, b"{}")
                elif path in ("/v2/demo/manifests/latest", "/v2/demo/manifests/" + digest_of(registry.manifest)):
                    self.reply(200, registry.manifest, {"content-type": "application/vnd.oci.image.manifest.v1+json",
                                                        "docker-content-digest": digest_of(registry.manifest)})
                else:
                    self.blob(path)

            do_HEAD = do_GET

            def blob(self, path):
                digest = path.removeprefix("/v2/demo/blobs/")
                content = registry.blobs.get(digest)
                if content is None:
                    self.reply(404, b"{}")
                elif self.headers.get("range") == "bytes=0-0":
                    self.reply(206, content[:1], {"content-range": f"bytes 0-0/{len(content)}"})
                else:
                    registry.sent.append(digest)
                    self.reply(200, content)

            def reply(self, status, content, headers=None):
                self.send_response(status)
                for name, value in (headers or {}).items():
                    self.send_header(name, value)
                self.send_header("content-length", str(len(content)))
                self.end_headers()
                if self.command != "HEAD":
                    self.wfile.write(content)

            def log_message(self, *_):
                pass

        return Handler
