// The floor that benchmarks compare with: the least program that can be /init. It prints "UP" on
// the console when user space is reached, starts /companion if there is one, mounts the root disk,
// and then obeys lines on the first virtio-serial port:
//   ping N    answers "pong N"
//   spawn     runs /usr/bin/true and answers "ok"
//   send N    writes N bytes
//   take N    reads N bytes and answers "ok"
// Other lines are remainders of what was sent before the port was open.
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <sched.h>
#include <string>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

static char buffer[1 << 16];

static void loadModules()
{
    FILE *list = std::fopen("/modules/load.list", "r");
    char name[256];
    while (list && std::fgets(name, sizeof name, list)) {
        name[std::strcspn(name, "\n")] = 0;
        const int file = open(("/modules/" + std::string(name)).c_str(), O_RDONLY);
        syscall(SYS_finit_module, file, "", 0);
        close(file);
    }
}

static void enterRoot()
{
    while (mount("/dev/vda", "/root", "ext4", MS_RDONLY, nullptr) != 0)
        usleep(5000);
    mount("/dev", "/root/dev", nullptr, MS_MOVE, nullptr);
    if (chroot("/root") != 0 || chdir("/") != 0)
        _exit(1);
}

static void writeAll(int port, const char *bytes, std::size_t count)
{
    while (count > 0) {
        const ssize_t written = write(port, bytes, count);
        if (written <= 0)
            continue;
        bytes += written;
        count -= static_cast<std::size_t>(written);
    }
}

/// A program with a port of its own, and with /dev of its own: ours moves to the root disk.
static void startCompanion()
{
    if (access("/companion", X_OK) != 0 || fork() != 0)
        return;
    unshare(CLONE_NEWNS);
    mount("sys", "/sys", "sysfs", 0, nullptr);
    execl("/companion", "companion", nullptr);
    _exit(0);
}

static void spawn(int port)
{
    const pid_t child = fork();
    if (child == 0) {
        execl("/usr/bin/true", "true", nullptr);
        _exit(127);
    }
    waitpid(child, nullptr, 0);
    writeAll(port, "ok\n", 3);
}

static void answerPing(int port, const std::string &line)
{
    const std::string answer = "pong" + line.substr(4) + "\n";
    writeAll(port, answer.data(), answer.size());
}

static void obey(int port, const std::string &line)
{
    std::size_t count = line.size() > 5 ? std::strtoull(line.c_str() + 5, nullptr, 10) : 0;
    if (line == "spawn")
        return spawn(port);
    if (line.starts_with("ping "))
        return answerPing(port, line);
    const bool send = line.starts_with("send ");
    if (!send && !line.starts_with("take "))
        return;
    while (count > 0) {
        const std::size_t wanted = count < sizeof buffer ? count : sizeof buffer;
        if (send)
            writeAll(port, buffer, wanted);
        const ssize_t got = send ? static_cast<ssize_t>(wanted) : read(port, buffer, wanted);
        if (got > 0)
            count -= static_cast<std::size_t>(got);
    }
    if (!send)
        writeAll(port, "ok\n", 3);
}

int main()
{
    for (const char *folder : {"/proc", "/sys", "/dev", "/root"})
        mkdir(folder, 0755);
    mount("dev", "/dev", "devtmpfs", 0, nullptr);
    loadModules();
    std::puts("UP");
    std::fflush(stdout);
    startCompanion();
    enterRoot();
    int port = -1;
    while ((port = open("/dev/vport0p1", O_RDWR)) < 0 && (port = open("/dev/vport1p1", O_RDWR)) < 0)
        usleep(5000);
    std::string line;
    for (char c = 0; true;) {
        if (read(port, &c, 1) != 1) {
            usleep(5000);
        } else if (c != '\n') {
            line += c;
        } else {
            obey(port, line);
            line.clear();
        }
    }
}
