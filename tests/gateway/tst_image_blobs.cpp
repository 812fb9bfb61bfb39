#include "core/gateway/blob_store.h"
#include "core/gateway/image_blobs.h"

#include <QDir>
#include <QTemporaryDir>
#include <QTest>

#include <csignal>
#include <fcntl.h>
#include <sys/resource.h>
#include <unistd.h>

using namespace core::gateway;
using namespace Qt::StringLiterals;

namespace {

constexpr std::uint64_t mebibyte = 1 << 20;
const std::string digits(64, 'a');

RequestHead request(const std::string &target, const std::string &more = {})
{
    return parseRequest("GET " + target + " HTTP/1.1\r\nHost: r\r\n" + more + "\r\n")
        .value_or(RequestHead{});
}

ResponseHead answer(const std::string &text)
{
    return parseResponse("HTTP/1.1 " + text + "\r\n\r\n", "GET").value_or(ResponseHead{});
}

BlobName nameOf(const std::string &content, const std::string &registry = "r.example:443")
{
    Digest digest;
    digest.add(content);
    return {.registry = registry, .digest = digest.hex()};
}

/// A directory of blobs and what a test asks of it.
class Folder
{
public:
    Folder()
        : descriptor(::open(m_folder.path().toLocal8Bit().constData(), O_RDONLY | O_DIRECTORY))
    {
    }
    ~Folder() { ::close(descriptor); }

    [[nodiscard]] BlobStore store(std::uint64_t budget = mebibyte, std::uint64_t floor = 0) const
    {
        return {descriptor,
            {.registries = {"r.example:443"}, .budgetBytes = budget, .floorBytes = floor}};
    }
    [[nodiscard]] QStringList files() const
    {
        return QDir(m_folder.path()).entryList(QDir::Files | QDir::Hidden | QDir::System);
    }
    [[nodiscard]] QString path(const BlobName &name) const
    {
        return m_folder.filePath(QString::fromStdString(name.fileName()));
    }
    static bool keep(const BlobStore &store, const BlobName &name, const std::string &content)
    {
        const auto writer = store.begin(name, content.size());
        if (!writer)
            return false;
        writer->append(std::string_view(content).substr(0, 1));
        writer->append(std::string_view(content).substr(1));
        return writer->commit();
    }

private:
    QTemporaryDir m_folder;

public:
    int descriptor;
};

} // namespace

class TestImageBlobs : public QObject
{
    Q_OBJECT

private slots:
    void init() { QTest::failOnWarning(); }

    void knowsRequestsForWholeBlobs_data()
    {
        QTest::addColumn<std::string>("target");
        QTest::addColumn<std::string>("headers");
        QTest::addColumn<bool>("kept");
        const std::string blob = "/v2/library/debian/blobs/sha256:" + digits;
        QTest::newRow("blob") << blob << std::string() << true;
        QTest::newRow("with authorisation")
            << blob << std::string("Authorization: Bearer x\r\n") << true;
        QTest::newRow("absolute form") << "https://r" + blob << std::string() << true;
        QTest::newRow("part") << blob << std::string("Range: bytes=1-\r\n") << false;
        QTest::newRow("condition") << blob << std::string("If-None-Match: x\r\n") << false;
        QTest::newRow("query") << blob + "?ns=x" << std::string() << false;
        QTest::newRow("escapes") << "/v2/a%62/blobs/sha256:" + digits << std::string() << false;
        QTest::newRow("dot segments")
            << "/v2/a/../b/blobs/sha256:" + digits << std::string() << false;
        QTest::newRow("no name") << "/v2/blobs/sha256:" + digits << std::string() << false;
        QTest::newRow("short digest") << blob.substr(0, blob.size() - 1) << std::string() << false;
        QTest::newRow("long digest") << blob + "a" << std::string() << false;
        QTest::newRow("capital digits")
            << "/v2/a/blobs/sha256:" + std::string(64, 'A') << std::string() << false;
        QTest::newRow("other algorithm")
            << "/v2/a/blobs/sha512:" + digits << std::string() << false;
        QTest::newRow("manifest") << "/v2/a/manifests/sha256:" + digits << std::string() << false;
        QTest::newRow("tag") << std::string("/v2/a/manifests/latest") << std::string() << false;
        QTest::newRow("with a body") << blob << std::string("Content-Length: 1\r\n") << false;
    }

    void knowsRequestsForWholeBlobs()
    {
        QFETCH(const std::string, target);
        QFETCH(const std::string, headers);
        QFETCH(const bool, kept);

        const auto digest = blobAskedFor(request(target, headers));

        QCOMPARE(digest, kept ? std::optional(digits) : std::nullopt);
    }

    void readsTheWholeLength_data()
    {
        QTest::addColumn<std::string>("text");
        QTest::addColumn<qint64>("length"); // -1: none
        QTest::newRow("complete") << std::string("200 OK\r\nContent-Length: 7") << qint64(7);
        QTest::newRow("first byte")
            << std::string("206 Part\r\nContent-Length: 1\r\nContent-Range: bytes 0-0/70")
            << qint64(70);
        QTest::newRow("of unknown length")
            << std::string("206 Part\r\nContent-Range: bytes 0-0/*") << qint64(-1);
        QTest::newRow("another part")
            << std::string("206 Part\r\nContent-Range: bytes 1-1/70") << qint64(-1);
        QTest::newRow("chunked") << std::string("200 OK\r\nTransfer-Encoding: chunked")
                                 << qint64(-1);
        QTest::newRow("refused") << std::string("401 No\r\nContent-Length: 7") << qint64(-1);
    }

    void readsTheWholeLength()
    {
        QFETCH(const std::string, text);
        QFETCH(const qint64, length);

        const auto read = wholeLength(answer(text));

        QCOMPARE(read ? qint64(*read) : qint64(-1), length);
    }

    void readsRedirections_data()
    {
        QTest::addColumn<std::string>("text");
        QTest::addColumn<std::string>("there"); // authority and target
        const std::string line = "307 There\r\nLocation: ";
        QTest::newRow("other host")
            << line + "https://c.example:8443/a?b=c" << std::string("c.example:8443 /a?b=c");
        QTest::newRow("no path") << line + "https://c.example" << std::string("c.example /");
        QTest::newRow("not secured") << line + "http://c.example/a" << std::string();
        QTest::newRow("same host") << line + "/a" << std::string();
        QTest::newRow("blank") << line + "https://c.example/a b" << std::string();
        QTest::newRow("fragment") << line + "https://c.example/a#b" << std::string();
        QTest::newRow("two of them")
            << line + "https://c.example/a\r\nLocation: https://d.example/" << std::string();
        QTest::newRow("no redirection")
            << std::string("201 Made\r\nLocation: https://c.example/") << std::string();
    }

    void readsRedirections()
    {
        QFETCH(const std::string, text);
        QFETCH(const std::string, there);

        const auto read = redirectionOf(answer(text));

        QCOMPARE(read ? read->authority + " " + read->target : std::string(), there);
    }

    void removesWhatWasUsedLongestAgo()
    {
        const std::vector<StoredFile> files{{.name = "b", .size = 10, .used = 20'000},
            {.name = "a", .size = 10, .used = 10'000},
            {.name = ".old", .size = 1, .used = 10},
            {.name = ".new", .size = 10, .used = 19'990},
            {.name = "c", .size = 10, .used = 20'010}};

        QCOMPARE(superfluous(files, 40, 20'020), (std::vector<std::string>{".old"}));
        QCOMPARE(superfluous(files, 39, 20'020), (std::vector<std::string>{".old", "a"}));
        QCOMPARE(superfluous(files, 0, 20'020), (std::vector<std::string>{".old", "a", "b", "c"}));
        QCOMPARE(superfluous({}, 0, 0), std::vector<std::string>());
    }

    void keepsWhatHasTheRightDigest()
    {
        const Folder folder;
        const auto store = folder.store();
        const auto name = nameOf("content");
        QVERIFY(!store.find(name));

        QVERIFY(Folder::keep(store, name, "content"));

        const auto stored = store.find(name);
        QVERIFY(stored);
        QCOMPARE(stored->size(), 7U);
        std::array<char, 4> room{};
        QCOMPARE(stored->read(5, room), 2U);
        QCOMPARE(std::string(room.data(), 2), std::string("nt"));
        QVERIFY(!store.find(nameOf("content", "other.example:443")));
        store.drop(name);
        QVERIFY(!store.find(name));
        QCOMPARE(stored->read(0, room), 4U); // who reads it reads on
    }

    void leavesNothingOfWhatIsWrong()
    {
        const Folder folder;
        const auto store = folder.store();
        QVERIFY(!Folder::keep(store, nameOf("content"), "contenT"));
        store.begin(nameOf("content"), {})->append("cont"); // the connection broke
        const auto longer = store.begin(nameOf("content"), 3);
        longer->append("content");
        QVERIFY(!longer->commit());
        QCOMPARE(folder.files(), QStringList());
    }

    void leavesNothingWhenTheDiskTakesNoMore()
    {
        const Folder folder;
        const std::string content(9000, 'x');
        rlimit before{};
        ::getrlimit(RLIMIT_FSIZE, &before);
        const auto *handler = std::signal(SIGXFSZ, SIG_IGN) == SIG_ERR ? "no" : "yes";
        const rlimit small{.rlim_cur = 4096, .rlim_max = before.rlim_max};
        ::setrlimit(RLIMIT_FSIZE, &small);
        const bool kept = Folder::keep(folder.store(), nameOf(content), content);
        ::setrlimit(RLIMIT_FSIZE, &before);

        QCOMPARE(handler, "yes");
        QVERIFY(!kept);
        QCOMPARE(folder.files(), QStringList());
    }

    void keepsNothingBelowTheFloorOrBeyondTheBudget()
    {
        const Folder folder;
        QVERIFY(!folder.store(6).begin(nameOf("content"), 7));
        QVERIFY(folder.store(7).begin(nameOf("content"), 7));
        QVERIFY(!folder.store(mebibyte, std::uint64_t(1) << 60).begin(nameOf("content"), 7));
        QVERIFY(!folder.store(mebibyte, std::uint64_t(1) << 60).begin(nameOf("content"), {}));
    }

    void makesRoomForWhatComes()
    {
        const Folder folder;
        const auto store = folder.store(25);
        const std::string first(10, '1');
        const std::string second(10, '2');
        const std::string third(10, '3');
        QVERIFY(Folder::keep(store, nameOf(first), first));
        QVERIFY(Folder::keep(store, nameOf(second), second));
        const std::array old{timespec{1000, 0}, timespec{1000, 0}};
        for (const auto &content : {first, second})
            ::utimensat(folder.descriptor, nameOf(content).fileName().c_str(), old.data(), 0);
        QVERIFY(store.find(nameOf(first))); // used now

        QVERIFY(Folder::keep(store, nameOf(third), third));

        QVERIFY(store.find(nameOf(first)));
        QVERIFY(!store.find(nameOf(second)));
        QVERIFY(store.find(nameOf(third)));
    }

    void opensPlainFilesOnly()
    {
        const Folder folder;
        const auto store = folder.store();
        const auto link = nameOf("link");
        const auto pipe = nameOf("pipe");
        QVERIFY(QFile::link(u"/etc/passwd"_s, folder.path(link)));
        QCOMPARE(::mkfifoat(folder.descriptor, pipe.fileName().c_str(), 0600), 0);
        QVERIFY(!store.find(link));
        QVERIFY(!store.find(pipe));
        QVERIFY(!store.find({.registry = std::string(300, 'h'), .digest = digits}));
    }

    void knowsItsRegistries()
    {
        const Folder folder;
        const auto store = folder.store();
        QCOMPARE(store.registryAt({.name = "r.example", .address = {}}, 443),
            std::string("r.example:443"));
        QCOMPARE(store.registryAt({.name = "r.example", .address = {}}, 5000), std::string());
        QCOMPARE(store.registryAt({.name = "x.r.example", .address = {}}, 443), std::string());
    }
};

QTEST_GUILESS_MAIN(TestImageBlobs)
#include "tst_image_blobs.moc"
