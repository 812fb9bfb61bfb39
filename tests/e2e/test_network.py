"""The network of a sandbox: closed with a reason, for processes and containers; open where a rule says so; real package traffic."""
import pathlib
import re
import shutil
import subprocess
import tarfile
import unittest
from urllib.parse import urlsplit

from paddock_test import Home, WebServer, guard_rules, make_certificate

PROXY = "http://gateway.docker.internal:3128"


def container_image(path):
    """A root file system with curl and what it is linked with, as `docker import` takes it."""
    programs = [shutil.which("curl"), shutil.which("sh")]
    files = set(programs)
    for program in programs:
        linked = subprocess.run(["ldd", program], check=True, capture_output=True, text=True).stdout
        files |= set(re.findall(r"(/\S+) \(0x", linked))
    with tarfile.open(path, "w") as archive:
        for file in sorted(files):
            archive.add(pathlib.Path(file).resolve(), arcname=file.lstrip("/"))
        for name in pathlib.Path("/lib/x86_64-linux-gnu").glob("libnss_dns*"):
            archive.add(name.resolve(), arcname=str(name).lstrip("/"))


class NetworkOfASandbox(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.home = Home()
        cls.addClassCleanup(cls.home.__exit__)
        container_image(cls.home.workspace / "image.tar")
        certificates = cls.home.root / "tls"
        certificates.mkdir()
        make_certificate(certificates, "good.example.net")
        cls.plain = WebServer("hello from outside\n")
        cls.secure = WebServer("hello over TLS\n", certificates)
        cls.home.servers += [cls.plain, cls.secure]
        cls.home.redirect(("good.example.net:80", cls.plain.address), ("good.example.net:443", cls.secure.address),
                          ("bad.example.net:80", cls.plain.address), ("bad.example.net:443", cls.secure.address))
        cls.home.create("shell", "net", "--network", "locked")
        cls.home.paddock("policy", "allow", "net", "good.example.net")
        cls.home.until_docker("net")
        cls.home.paddock("exec", "net", "--", "docker", "import", cls.home.workspace / "image.tar", "local/curl")

    def inside(self, *command, check=False):
        return self.home.paddock("exec", "net", "--", *command, check=check)

    def container(self, *arguments):
        return self.inside("docker", "run", "--rm", "local/curl", "curl", "-sS", "-m", "20", *arguments)

    def refused(self, answer):
        self.assertIn("403", answer.stdout)
        self.assertRegex(answer.stdout.lower(), r"x-sandbox-reason: \S+")
        self.assertIn("paddock policy allow", answer.stdout)

    def test_1_a_process_is_refused_with_a_reason_over_http(self):
        self.refused(self.inside("curl", "-sS", "-i", "-m", "20", "http://bad.example.net/"))
        self.assertEqual(self.plain.requests, [])

    def test_2_an_allowed_host_answers_a_process(self):
        self.assertEqual(self.inside("curl", "-sS", "-m", "20", "http://good.example.net/").stdout, "hello from outside\n")
        self.assertEqual(self.inside("curl", "-sS", "-k", "-m", "20", "https://good.example.net/").stdout, "hello over TLS\n")

    def test_3_a_container_is_refused_with_the_reason_over_http(self):
        self.refused(self.container("-i", "http://bad.example.net/"))

    def test_4_a_container_is_refused_with_the_reason_through_the_proxy(self):
        self.refused(self.container("-i", "-x", PROXY, "http://bad.example.net/"))
        self.assertIn("403", self.container("-i", "-x", PROXY, "https://bad.example.net/").stdout)

    def test_5_a_container_is_reset_over_transparent_tls(self):
        answer = self.container("-k", "https://bad.example.net/")
        self.assertIn(answer.returncode, (7, 35, 56), answer.stderr)
        self.assertIn("reset", answer.stderr.lower())

    def test_6_an_allowed_host_answers_a_container_on_every_path(self):
        self.assertEqual(self.container("http://good.example.net/").stdout, "hello from outside\n")
        self.assertEqual(self.container("-x", PROXY, "http://good.example.net/").stdout, "hello from outside\n")
        self.assertEqual(self.container("-k", "https://good.example.net/").stdout, "hello over TLS\n")
        self.assertEqual(self.container("-k", "-x", PROXY, "https://good.example.net/").stdout, "hello over TLS\n")

    def test_7_addresses_of_the_host_and_its_networks_are_refused(self):
        for target in ("http://127.0.0.1:1/", "http://169.254.169.254/", "http://10.0.0.1/", "http://host.docker.internal:22/"):
            self.refused(self.inside("curl", "-sS", "-i", "-m", "20", "-x", PROXY, target))

    def allow(self, host):
        self.home.paddock("policy", "allow", "net", host)
        for network in guard_rules(host):
            self.home.paddock("policy", "allow", "net", network)

    def test_8_npm_reaches_its_registry_with_a_rule_only(self):
        registry = urlsplit(self.inside("npm", "config", "get", "registry").stdout.strip())
        view = ("npm", "view", "is-number", "version", "--fetch-retries=0", "--fetch-timeout=60000")
        denied = self.inside(*view)
        self.assertNotEqual(denied.returncode, 0)
        log = self.home.paddock("policy", "log", "net").stdout
        self.assertRegex(log, rf"(?m)^.*deny.*{re.escape(registry.hostname)}.*$")

        self.allow(registry.hostname)
        self.assertRegex(self.inside(*view, check=True).stdout.strip(), r"^\d+\.\d+\.\d+$")

    def test_9_apt_reaches_its_mirror_with_a_rule_only(self):
        sources = self.inside("sh", "-c", "cat /etc/apt/sources.list /etc/apt/sources.list.d/* 2>/dev/null").stdout
        sites = re.findall(r"https?://\S+", sources)
        hosts = sorted({urlsplit(site).hostname for site in sites})
        self.assertTrue(hosts)
        update = ("sudo", "apt-get", "update", "-o", "Acquire::Retries=0", "-o", "APT::Update::Error-Mode=any")
        denied = self.inside(*update)
        self.assertNotEqual(denied.returncode, 0)
        self.assertIn("403", denied.stdout + denied.stderr)

        for host in hosts:
            self.allow(host)
        self.inside(*update, check=True)


if __name__ == "__main__":
    unittest.main(verbosity=2)
