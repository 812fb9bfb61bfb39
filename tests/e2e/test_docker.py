"""Docker in real use: builds that use the network through the gateway, the sandbox's authority trusted in containers without a
word in a Dockerfile, compose, and a daemon whose containers and images outlive the machine."""
import textwrap
import unittest

from paddock_test import Home, WebServer, until

PROXY = "http://gateway.docker.internal:3128"
TRUST = "/dev/sandbox-trust/roots.crt"

# A base image of the guest's own programs, as `docker import` takes it.
BASE = r"""
set -e
programs=$(for name in cat curl env grep ls mkdir mv perl sleep; do command -v $name; done)
files=$(ldd /bin/sh $programs | grep -o '/[^ ]*[^: ]' | sort -u)
tar -chP --hard-dereference --exclude unicore $files /usr/lib/x86_64-linux-gnu/perl-base | docker import - local/base
"""

# Writes what each path of the network says to /said. The authority of the intercepted host is verified everywhere.
DOCKERFILE = f"""
FROM local/base
RUN curl -sS -m 20 https://api.anthropic.com/ >/said \\
 && curl -sS -m 20 http://good.example.net/ >>/said \\
 && curl -sS -m 20 -x {PROXY} http://good.example.net/ >>/said \\
 && curl -sS -i -m 20 http://bad.example.net/ >>/said \\
 && ! curl -k -m 20 https://bad.example.net/ 2>>/said \\
 && ls -d /dev/sandbox-trust >>/said \\
 && mkdir -p /etc/ssl/certs && echo ROOT OF THE IMAGE >/etc/ssl/certs/ca-certificates.crt
"""

SHORT = """
FROM local/base
RUN curl -sS -m 20 https://api.anthropic.com/
"""

COMPOSE = """
services:
  web:
    image: local/base
    init: true
    command:
      - perl
      - -MIO::Socket::INET
      - -e
      - |
        my $$s = IO::Socket::INET->new(LocalPort => 80, Listen => 5, ReuseAddr => 1) or die;
        while (my $$c = $$s->accept) { <$$c>; print $$c "HTTP/1.0 200 OK\\r\\n\\r\\nhello from web\\n"; close $$c }
  client:
    image: local/base
    depends_on: [web]
    command: curl -sS --retry 9 --retry-connrefused --retry-delay 1 http://web/
"""

COUNTER = "docker run -d --init --name counter --restart always local/base sh -c 'i=0; while :; do i=$((i+1)); echo $i; sleep 0.2; done'"


# How often the guest's first process and containerd wake up in six seconds in which nothing happens.
WOKEN = r"""
count() { cat /proc/$1/task/*/status | awk '/^voluntary_ctxt_switches/ { sum += $2 } END { print sum }'; }
containerd=$(pidof containerd)
first=$(count 1) second=$(count "$containerd")
sleep 6
echo $(($(count 1) - first)) $(($(count "$containerd") - second))
"""


class DockerInASandbox(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.home = Home()
        cls.addClassCleanup(cls.home.__exit__)
        certificates = cls.home.certificates_for("api.anthropic.com")
        plain = WebServer("hello from outside\n")
        secure = WebServer("hello over TLS\n", certificates)
        cls.home.servers += [plain, secure]
        cls.home.redirect(("api.anthropic.com:443", secure.address), ("good.example.net:80", plain.address),
                          ("bad.example.net:80", plain.address), ("bad.example.net:443", secure.address))
        cls.write("Dockerfile", DOCKERFILE)
        cls.write("Dockerfile.short", SHORT)
        cls.write("compose.yaml", COMPOSE)
        cls.home.paddock("create", "claude", cls.home.workspace, "--name", "dock", "--secret", "anthropic=env:REAL_KEY",
                         extra={"REAL_KEY": "sk-ant-api03-" + "RealKey" * 4})
        cls.home.paddock("policy", "allow", "dock", "good.example.net")
        cls.home.paddock("wait", "dock", "--for", "synced")
        cls.home.until_docker("dock")
        cls.inside(BASE)

    @classmethod
    def write(cls, name, text):
        (cls.home.workspace / name).write_text(textwrap.dedent(text).lstrip())

    @classmethod
    def inside(cls, script, check=True):
        return cls.home.paddock("exec", "dock", "--", "sh", "-c", script, check=check).stdout

    def counted(self):
        lines = self.inside("docker logs --tail 1 counter 2>/dev/null", check=False).split()
        return int(lines[-1]) if lines else 0

    def heard(self, said):
        """What DOCKERFILE wrote: allowed hosts answered, the denied one told why or was reset."""
        self.assertIn("hello over TLS", said)
        self.assertEqual(said.count("hello from outside"), 2)
        self.assertIn("403", said)
        self.assertRegex(said.lower(), r"x-sandbox-reason: \S+")
        self.assertIn("reset", said.lower())
        self.assertIn("/dev/sandbox-trust", said)

    def test_0_an_idle_machine_comes_to_rest(self):
        """A timer of 100 ms would make it 60 for the first process; containerd's own pace makes it about 100."""
        def rests():
            first, containerd = map(int, self.inside(WOKEN).split())
            return first < 20 and containerd < 50

        until(rests, 60, "the idle machine rests")

    def test_1_a_container_trusts_the_sandboxs_authority(self):
        said = self.inside("docker run --rm local/base sh -c 'curl -sS https://api.anthropic.com/; cat $APT_CONFIG; env'")

        self.assertIn("hello over TLS", said)
        self.assertIn(f'Acquire::https::CAInfo "{TRUST}"', said)
        for name in ("SSL_CERT_FILE", "NODE_EXTRA_CA_CERTS", "REQUESTS_CA_BUNDLE"):
            self.assertIn(f"{name}={TRUST}", said)

    def test_2_what_a_container_sets_itself_stays(self):
        said = self.inside("docker run --rm -e SSL_CERT_FILE=/own -e NODE_EXTRA_CA_CERTS= local/base env")

        self.assertIn("\nSSL_CERT_FILE=/own\n", said)
        self.assertIn("\nNODE_EXTRA_CA_CERTS=\n", said)
        self.assertIn(f"CURL_CA_BUNDLE={TRUST}", said)

    def test_3_a_build_uses_the_network_through_the_gateway(self):
        self.inside("docker build -q -t local/built . && docker run --rm local/built cat /said >said.buildkit")
        self.heard(self.inside("cat said.buildkit"))

        self.assertEqual(self.inside("docker create --name left local/built sh >/dev/null; docker export left | tar t | grep sandbox-trust;"
                                     "docker rm left >/dev/null"), "")

    def test_4_so_does_a_build_of_the_classic_builder_and_of_buildx(self):
        self.assertIn("hello over TLS", self.inside("DOCKER_BUILDKIT=0 docker build -f Dockerfile.short . 2>&1"))
        self.assertIn("hello over TLS", self.inside("docker buildx build --no-cache --progress plain -f Dockerfile.short . 2>&1"))

    def test_5_a_package_manager_can_replace_the_bundle_of_its_container(self):
        said = self.inside("docker run --rm local/built sh -c 'cd /etc/ssl/certs && echo mine >new && mv new ca-certificates.crt;"
                           "cat *.crt; grep ROOT $SSL_CERT_FILE'")
        self.assertIn("mine\n", said)
        self.assertIn("ROOT OF THE IMAGE\n", said, "what the image itself trusts is trusted")

    def test_6_services_of_a_compose_file_talk_to_each_other(self):
        said = self.inside("docker compose up --abort-on-container-exit --exit-code-from client 2>&1; docker compose down 2>&1")
        self.assertRegex(said, r"client-1 +\| hello from web")

    def test_7_a_container_goes_on_counting_over_a_suspend(self):
        self.inside(COUNTER)
        until(lambda: self.counted() > 3, 30, "the container counts")
        before = self.counted()
        self.home.paddock("suspend", "dock")
        self.home.paddock("resume", "dock")

        until(lambda: self.counted() > before + 2, 30, "the container goes on")
        said = self.inside("docker logs counter").split()
        self.assertEqual([int(word) for word in said], list(range(1, len(said) + 1)), "nothing twice or lost")
        self.assertIn("hello over TLS", self.inside("docker exec counter curl -sS https://api.anthropic.com/"))

    def test_8_images_volumes_and_containers_outlive_a_restart(self):
        self.inside("docker run --rm -v kept:/kept local/base sh -c 'echo kept >/kept/file'")
        before = self.counted()
        self.home.paddock("restart", "dock")
        until(lambda: self.inside("docker info >/dev/null 2>&1 && echo up", check=False), 120, "Docker is up again")

        self.assertIn("local/built", self.inside("docker images --format '{{.Repository}}'"))
        self.assertEqual(self.inside("docker run --rm -v kept:/kept local/base cat /kept/file"), "kept\n")
        until(lambda: self.counted() not in (0, before), 30, "the container that is to restart always runs again")


if __name__ == "__main__":
    unittest.main(verbosity=2)
