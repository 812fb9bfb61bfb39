"""Container images are kept on the host: a second sandbox pulls one without a blob from the registry, and damage is noticed."""
import json
import unittest

from image_registry import ImageRegistry
from paddock_test import Home

HOST = "registry.example.net"


class KeptImages(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.home = Home()
        cls.addClassCleanup(cls.home.__exit__)
        cls.registry = ImageRegistry(cls.home.certificates_for(HOST), HOST)
        cls.home.servers.append(cls.registry)
        cls.home.paddock("config", "set", "cache.images", "true")
        cls.home.paddock("config", "set", "cache.registries", HOST)
        cls.home.redirect((f"{HOST}:443", cls.registry.address))
        for name in ("one", "two"):
            folder = cls.home.root / "src" / name
            folder.mkdir()
            cls.home.paddock("create", "shell", folder, "--name", name)
            cls.home.paddock("policy", "allow", name, HOST)
            cls.home.until_docker(name)

    @classmethod
    def inside(cls, name, script, check=True):
        return cls.home.paddock("exec", name, "--", "sh", "-c", script, check=check)

    def pull(self, name):
        """Pulls the image, also when it is there. Docker checks all digests by itself."""
        self.inside(name, f"docker rmi {HOST}/demo >/dev/null 2>&1", check=False)
        self.inside(name, f"docker pull -q {HOST}/demo")

    def kept(self):
        return {path.name.partition("@")[0]: path for path in (self.home.root / "p" / "cache" / "image-blobs").iterdir()}

    def test_1_the_first_sandbox_fetches_every_blob_once(self):
        self.pull("one")
        self.assertEqual(sorted(self.registry.sent), sorted(self.registry.blobs))
        self.assertEqual({"sha256:" + name for name in self.kept()}, set(self.registry.blobs))

    def test_2_the_second_moves_no_blob_from_the_registry(self):
        self.registry.sent.clear()
        self.pull("two")

        self.assertEqual(self.registry.sent, [])
        records = json.loads(self.home.paddock("policy", "log", "two", "--json", quiet=True).stdout)["records"]
        self.assertEqual(sum(record.get("cached", False) for record in records), len(self.registry.blobs))
        self.assertIn("(kept on this computer)", self.home.paddock("policy", "log", "two").stdout)

    def test_3_a_damaged_file_is_fetched_anew(self):
        damaged = self.kept()[self.registry.layer.removeprefix("sha256:")]
        content = bytearray(damaged.read_bytes())
        content[len(content) // 2] ^= 1
        damaged.write_bytes(content)
        self.registry.sent.clear()

        self.pull("two")

        self.assertEqual(self.registry.sent, [self.registry.layer])
        self.assertEqual(damaged.read_bytes(), self.registry.blobs[self.registry.layer])
        self.assertTrue(any("is damaged" in log.read_text() for log in self.home.root.glob("p/**/log/gateway.log")))

    def test_4_a_sandbox_that_may_not_reach_the_registry_gets_nothing(self):
        self.home.paddock("policy", "deny", "one", HOST)
        self.inside("one", f"docker rmi {HOST}/demo", check=False)
        self.assertNotEqual(self.inside("one", f"docker pull -q {HOST}/demo", check=False).returncode, 0)

    def test_5_they_can_be_seen_and_deleted(self):
        self.assertIn("container images kept for all sandboxes", self.home.paddock("disk").stdout)
        self.home.paddock("disk", "clear-cache")
        self.assertEqual(self.kept(), {})


if __name__ == "__main__":
    unittest.main(verbosity=2)
